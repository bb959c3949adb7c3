import Ciphers
package import HardwareInterfaces
import Timekeeping

/// A module with AT commands: a serial line on one side, LoRaWAN on the simulated air on the other, all in virtual time. What
/// a make says is in its ``ATSpeech``.
///
/// Its LoRaWAN is its own: of the device's code under test it shares nothing.
package final class ATModuleSimulator {
    package let world: SimulatedWorld
    let air: Air
    let speech: any ATSpeech
    /// The module's RESET, active low.
    package private(set) lazy var resetPin: any OutputPin = ATResetPin(module: self)

    /// Every whole line that came, in its order; keys are in it.
    package private(set) var commands: [String] = []
    /// Commands that were answered with an error.
    package internal(set) var refused: [String] = []
    /// What no sound host does.
    package private(set) var violations: [String] = []
    package private(set) var resets = 0
    /// How often flash was written.
    package internal(set) var saves = 0
    /// Frames that nobody ordered.
    package internal(set) var ownUplinks = 0
    /// Goes wrong at the command of this index in ``commands``, once.
    package var plannedFault: (command: Int, fault: ATModuleFault)?
    /// The supply breaks down under each transmission.
    package var hasWeakSupply = false
    /// It answers confirmed downlinks and MAC commands at once, with a frame of its own.
    package var answersByItself = true

    /// What outlasts a loss of power.
    var flash: ATFlash
    var memory: ATMemory
    var random: SeededRandom
    var nonces = DrawnNonces()
    /// Of transmissions.
    var rounds = 0
    /// Events of an earlier life are void.
    private var epoch = 0
    private var wire = ModuleWire()
    private var lineFreeAt: MonotonicInstant
    private var isHung = false
    private var isHeldInReset = false
    private var faults: Set<ATModuleFault> = []
    /// Something has gone wrong at some time.
    private var hasFailed = false
    /// A host began anew, and may hear how what the one before had ordered ends; until it orders a join or an uplink itself.
    var speaksToFormerHost = false

    package init(world: SimulatedWorld, air: Air, speech: any ATSpeech, plan: ModulePlan = .eu868, seed: UInt64 = 1) {
        self.world = world
        self.air = air
        self.speech = speech
        random = SeededRandom(seed: seed)
        flash = ATFlash(plan, options: speech.factoryOptions)
        memory = ATMemory(settings: flash.settings)
        lineFreeAt = world.now
        air.subscribe(self)
    }

    package var isJoined: Bool { memory.isJoined }
    /// FCntUp of the next uplink, as the module has it.
    package var nextUplink: UInt32 { memory.settings.nextUplink }
    /// How often the network lets an uplink go out.
    package var repetitions: Int { memory.settings.repetitions }
    /// What was last set of an option, in the make's own words.
    package func option(_ name: String) -> String? { flash.options[name] }
    package func set(_ name: String, _ value: String) { flash.options[name] = value }

    /// The adapter is plugged in again.
    package func plugIn() { wire.plugIn() }

    /// Another module, fresh from the factory, is put in its place.
    package func replace() {
        flash = ATFlash(flash.settings.plan, options: speech.factoryOptions)
        restart()
    }

    /// The supply drops for a moment.
    package func brownOut() { restart() }

    /// Another host begins, which knows nothing of what is under way.
    package func changeHost() { speaksToFormerHost = true }

    func restart() {
        epoch += 1
        resets += 1
        hasFailed = true
        memory = ATMemory(settings: flash.settings)
        wire.clear()
        (isHung, faults) = (false, [])
        lineFreeAt = world.now
        for (index, line) in speech.banner(self).enumerated() {
            later(.milliseconds(300 + 20 * Int64(index))) { $0.put(line) }
        }
    }

    fileprivate func driveReset(low: Bool) {
        guard low != isHeldInReset else { return }
        isHeldInReset = low
        if low { epoch += 1 } else { restart() }
    }

    /// Does something later, unless the module is reset before.
    func later(_ span: TimeSpan, _ action: @escaping (ATModuleSimulator) -> Void) {
        let life = epoch
        world.schedule(after: span) { [weak self] in
            guard let self, epoch == life, !isHeldInReset else { return }
            action(self)
        }
    }

    // MARK: The line

    /// Ten bits each.
    private func span(of count: Int) -> TimeSpan {
        .nanoseconds(10_000_000_000 / Int64(speech.baudRate)) * Int64(count)
    }

    private func put(_ text: String, garbled: Bool = false) {
        var bytes = Array("\(text)\r\n".utf8)
        if garbled { bytes = bytes.dropLast(2).map { _ in UInt8(truncatingIfNeeded: random.next()) | 0x80 } + [0x0A] }
        let begin = max(world.now, lineFreeAt)
        lineFreeAt = begin + span(of: bytes.count)
        later(lineFreeAt - world.now) { module in
            guard module.wire.isPlugged, !module.isHung else { return }
            module.wire.put(bytes)
        }
    }

    /// The answer to a command.
    func answer(_ lines: String...) {
        defer { faults.subtract([.answerLost, .answerGarbled]) }
        guard !faults.contains(.answerLost) else { return }
        for line in lines { put(line, garbled: faults.contains(.answerGarbled)) }
    }

    func refuse(_ line: String, _ words: String) {
        refused.append(line)
        answer(words)
    }

    /// What is told when a join or an uplink is over, the last line with it.
    func tell(_ lines: [String], last: String?) {
        for line in lines { put(line) }
        guard let last else { return }
        defer { faults.subtract([.endLost, .endGarbled]) }
        guard !faults.contains(.endLost) else { return }
        put(last, garbled: faults.contains(.endGarbled))
    }

    func takeFault(_ fault: ATModuleFault) -> Bool { faults.remove(fault) != nil }
    func has(_ fault: ATModuleFault) -> Bool { faults.contains(fault) }

    private func receive(_ bytes: [UInt8]) {
        guard !isHung else { return }
        for byte in bytes {
            if let line = wire.take(byte) { take(line) }
        }
    }

    private func take(_ line: String) {
        // After a fault both may speak at once.
        if lineFreeAt > world.now, !hasFailed, !speaksToFormerHost {
            violations.append("\(line.prefix(12)) came while the module was speaking")
        }
        commands.append(line)
        guard let planned = plannedFault, planned.command == commands.count - 1 else { return execute(line) }
        (plannedFault, hasFailed) = (nil, true)
        switch planned.fault {
        case .commandLost: return
        case .brownOutBefore: return restart()
        case .brownOutAfter: later(.milliseconds(300)) { $0.restart() }
        case .hung:
            isHung = true
            return
        case .unplugged:
            wire.unplug()
            return
        case .sessionForgotten: memory.isJoined = false
        case .sendsByItself: sendByItself()
        case .lineEndLost:
            later(.seconds(2)) { module in
                module.speech.tellLineEndLost(module)
                module.execute(line)
            }
            return
        case .bandClosed: memory.closedUntil = world.now + .seconds(20)
        case .otherMode: speech.leaveLoRaWAN(self)
        case .answerLost, .answerGarbled, .endLost, .endGarbled, .stuckBusy, .refusedButSent:
            faults.insert(planned.fault)
        }
        execute(line)
    }

    private func execute(_ line: String) {
        later(.milliseconds(5)) { $0.speech.execute(line, $0) }
    }
}

extension ATModuleSimulator: BreakableLine {
    package var pollDescriptor: Int32? { nil }

    package func read(into buffer: inout [UInt8], limit: Int) -> ReadOutcome {
        wire.read(into: &buffer, limit: limit)
    }

    package func write(_ bytes: [UInt8]) throws(HardwareError) {
        try wire.checkThatItIsPlugged()
        later(span(of: bytes.count)) { $0.receive(bytes) }
    }

    package func setBreak(_ isOn: Bool) {}
}

private final class ATResetPin: OutputPin {
    private unowned let module: ATModuleSimulator

    init(module: ATModuleSimulator) {
        self.module = module
    }

    func set(_ level: PinLevel) { module.driveReset(low: level == .low) }
}

extension ATModuleSimulator: FaultyModule {
    package static var hung: ATModuleFault { .hung }
}
