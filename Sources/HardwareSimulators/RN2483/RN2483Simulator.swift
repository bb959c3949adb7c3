import Ciphers
package import HardwareInterfaces
package import Timekeeping

/// An RN2483 for 868 MHz, or an RN2903, as its firmware behaves (Microchip DS40001784, and the field's reports): a serial line with
/// commands on one side, LoRaWAN on the simulated air on the other, all in virtual time.
///
/// Its LoRaWAN is its own: of the device's code under test it shares nothing.
package final class RN2483Simulator {
    package let world: SimulatedWorld
    let air: Air
    package let firmware: ModuleFirmware
    /// The module's RESET, active low.
    package private(set) lazy var resetPin: any OutputPin = ModuleResetPin(module: self)

    /// Every whole line that came, in its order; keys are in it.
    package private(set) var commands: [String] = []
    /// Commands that were answered with invalid_param.
    package internal(set) var refused: [String] = []
    /// What no sound host does.
    package internal(set) var violations: [String] = []
    package private(set) var resets = 0
    /// How often the EEPROM was written.
    package internal(set) var saves = 0
    /// Goes wrong at the command of this index in ``commands``, once.
    package var plannedFault: (command: Int, fault: ModuleFault)?
    /// The supply breaks down under each transmission.
    package var hasWeakSupply = false
    /// Whether the adapter is plugged in.
    package var isPlugged: Bool { wire.isPlugged }

    var memory: ModuleMemory
    var eeprom: ModuleSettings
    var random: SeededRandom
    var nonces = DrawnNonces()
    /// Events of an earlier life are void.
    private(set) var epoch = 0
    private var wire = ModuleWire()
    private var breakBegan: MonotonicInstant?
    /// A break was heard: the next byte is to be 0x55.
    private var expectsSync = false
    private var isOutOfStep = false
    private var isHung = false
    var isStuck = false
    private var isHeldInReset = false
    /// What becomes of the next answers.
    var loses: (answer: Bool, end: Bool) = (false, false)
    var garbles: (answer: Bool, end: Bool) = (false, false)

    /// Ten bits at 57 600 Bd.
    private static let byteTime = TimeSpan.nanoseconds(173_611)

    package init(world: SimulatedWorld, air: Air, firmware: ModuleFirmware = .v105, seed: UInt64 = 1) {
        self.world = world
        self.air = air
        self.firmware = firmware
        random = SeededRandom(seed: seed)
        eeprom = ModuleSettings(firmware.plan)
        memory = ModuleMemory(settings: ModuleSettings(firmware.plan))
        air.subscribe(self)
    }

    /// FCntUp of the next uplink, as the module has it.
    package var nextUplink: UInt32 {
        get { memory.settings.nextUplink }
        set { memory.settings.nextUplink = newValue }
    }
    package var isJoined: Bool { memory.isJoined }
    /// The MAC waits for `mac resume`.
    package var isPaused: Bool { memory.pausedUntil.map { $0 > world.now } ?? false }
    /// dBm of its next frame.
    package var power: Int { firmware.powers[memory.settings.powerIndex] ?? 14 }
    /// How often the network lets an uplink go out.
    package var repetitions: Int { memory.settings.repetitions }
    /// What `mac get dr` tells.
    package var dataRate: Int { memory.settings.dataRate }
    /// What `radio get wdt` tells, in milliseconds.
    package var watchdog: Int { Int(memory.bench.values["wdt"] ?? "") ?? 0 }
    /// From the end of an uplink to RX1.
    package var receiveDelay: TimeSpan { memory.settings.receiveDelay }

    /// The adapter is plugged in again.
    package func plugIn() { wire.plugIn() }

    /// Another module, fresh from the factory, is put in its place.
    package func replace() {
        eeprom = ModuleSettings(firmware.plan)
        restart()
    }

    /// The supply drops for a moment.
    package func brownOut() { restart() }

    func restart(withBanner: Bool = true) {
        epoch += 1
        resets += 1
        memory = ModuleMemory(settings: eeprom.saved)
        wire.clear()
        (expectsSync, isOutOfStep, isHung, isStuck) = (false, false, false, false)
        (loses, garbles) = ((false, false), (false, false))
        if withBanner { later(.milliseconds(100)) { $0.put(firmware: $0.firmware) } }
    }

    fileprivate func driveReset(low: Bool) {
        guard low != isHeldInReset else { return }
        isHeldInReset = low
        restart(withBanner: !low)
    }

    /// Does something later, unless the module is reset before.
    func later(_ span: TimeSpan, _ action: @escaping (RN2483Simulator) -> Void) {
        let life = epoch
        world.schedule(after: span) { [weak self] in
            guard let self, epoch == life, !isHeldInReset else { return }
            action(self)
        }
    }

    // MARK: The line

    private func put(firmware: ModuleFirmware) { put(firmware.banner) }

    private func put(_ text: String, garbled: Bool = false) {
        var bytes = Array("\(text)\r\n".utf8)
        if garbled || isOutOfStep {
            bytes = bytes.map { _ in UInt8(truncatingIfNeeded: random.next()) | 0x80 } + [0x0A]
        }
        later(Self.byteTime * Int64(bytes.count)) { module in
            guard module.isPlugged, !module.isHung else { return }
            module.wire.put(bytes)
        }
    }

    /// The answer to a command.
    func answer(_ text: String, after span: TimeSpan = .milliseconds(8)) {
        defer { (loses.answer, garbles.answer) = (false, false) }
        guard !loses.answer else { return }
        let garbled = garbles.answer
        later(span) { $0.put(text, garbled: garbled) }
    }

    /// The last line of a join or an uplink.
    func end(_ text: String) {
        defer { (loses.end, garbles.end) = (false, false) }
        guard !loses.end else { return }
        put(text, garbled: garbles.end)
    }

    private func receive(_ bytes: [UInt8]) {
        guard !isHung else { return }
        for byte in bytes {
            if expectsSync {
                expectsSync = false
                isOutOfStep = byte != 0x55
                wire.forgetInput()
                continue
            }
            guard !isOutOfStep else { continue }
            if let line = wire.take(byte) { take(line) }
        }
    }

    private func take(_ line: String) {
        commands.append(line)
        guard let planned = plannedFault, planned.command == commands.count - 1 else { return execute(line) }
        plannedFault = nil
        switch planned.fault {
        case .commandLost: return
        case .answerLost: loses.answer = true
        case .answerGarbled: garbles.answer = true
        case .endLost: loses.end = true
        case .endGarbled: garbles.end = true
        case .brownOutBefore: return restart()
        case .brownOutAfter: later(.milliseconds(300)) { $0.restart() }
        case .stuckBusy: isStuck = true
        case .wrongBaud:
            isOutOfStep = true
            return put("")
        case .hung:
            isHung = true
            return
        case .unplugged:
            wire.unplug()
            return
        case .silenced: memory.isSilent = true
        case .paused: memory.pausedUntil = world.now + .hours(1_000)
        }
        execute(line)
    }
}

extension RN2483Simulator: BreakableLine {
    package var pollDescriptor: Int32? { nil }

    package func read(into buffer: inout [UInt8], limit: Int) -> ReadOutcome {
        wire.read(into: &buffer, limit: limit)
    }

    package func write(_ bytes: [UInt8]) throws(HardwareError) {
        try wire.checkThatItIsPlugged()
        later(Self.byteTime * Int64(bytes.count)) { $0.receive(bytes) }
    }

    package func setBreak(_ isOn: Bool) {
        if isOn {
            breakBegan = world.now
        } else if let began = breakBegan {
            breakBegan = nil
            guard isPlugged, !isHung else { return }
            if world.now - began >= firmware.shortestBreak {
                expectsSync = true
            } else {
                // Too short a break is a character like any other.
                receive([0])
            }
        }
    }
}

private final class ModuleResetPin: OutputPin {
    private unowned let module: RN2483Simulator

    init(module: RN2483Simulator) {
        self.module = module
    }

    func set(_ level: PinLevel) { module.driveReset(low: level == .low) }
}

extension RN2483Simulator: FaultyModule {
    package static var hung: ModuleFault { .hung }
}
