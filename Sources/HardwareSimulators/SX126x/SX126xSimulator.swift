package import HardwareInterfaces
package import Timekeeping

/// An SX1261, SX1262, SX1268 or LLCC68, as its bus and its pins show it: commands, BUSY, modes, buffer, registers, flags, DIO1,
/// and true air-time.
///
/// It does what the chip does with what it is told. What it must not be told it does not do, and notes in ``violations``: a
/// command while BUSY is high is lost. FSK other than LoRaWAN's is not simulated.
package final class SX126xSimulator: SPIBus {
    /// A command as it came, with the bytes that were clocked for its answer.
    package struct Command: Hashable, Sendable {
        package let at: MonotonicInstant
        package let bytes: [UInt8]
        package let answer: [UInt8]
    }

    /// What the chip or its wires do wrong, on demand.
    package struct Faults: Sendable {
        /// How many of the next transmissions never end; the chip hangs in TX until it is reset.
        package var stuckTransmissions = 0
        /// How many of the next receptions never end, neither by a frame nor by the time-out.
        package var stuckReceptions = 0
        /// BUSY stays high until the chip is reset.
        package var isStuckBusy = false
        /// BUSY is not wired, and reads low.
        package var hidesBusy = false
        /// How many of the next receptions take noise for a preamble, and wait for its header.
        package var phantomPreambles = 0
        /// The chip hangs: it changes its mode no more until it is reset.
        package var ignoresModes = false
        /// MOSI is broken: each byte arrives as zeros.
        package var losesWrites = false
        /// The oscillator does not start.
        package var hasNoOscillator = false
        /// Something else answers: what register 0x0320 reads.
        package var identity: String?
        /// NRST is not connected.
        package var ignoresReset = false
        /// The bus is broken and every byte reads so (0x00: no power; 0xFF: nothing drives MISO).
        package var busReads: UInt8?
        /// The kernel refuses transfers.
        package var busError: HardwareError?
        /// In how many of the next transfers one bit is turned over, on its way in and on its way out.
        package var noisyTransfers = 0

        package init() {}
    }

    enum Mode: UInt8 {
        case sleep = 0
        case standby = 2
        case standbyXOSC = 3
        case synthesizer = 4
        case receive = 5
        case transmit = 6
    }

    package let dio1 = SimulatedEdgePin()
    package var faults = Faults()
    /// What the driver did that the chip does not take, in words.
    package internal(set) var violations: [String] = []
    /// All commands since the start, while ``recordsCommands``.
    package private(set) var commands: [Command] = []
    package var recordsCommands = true
    /// Transfers since the start.
    package private(set) var transfers = 0
    /// Called ahead of each transfer with its number, from 1: where faults begin and end.
    package var beforeTransfer: ((Int) -> Void)?
    package internal(set) var resets = 0
    /// The parameters of each CalibrateImage.
    package internal(set) var imageCalibrations: [[UInt8]] = []

    let world: SimulatedWorld
    let air: Air
    let isLLCC68: Bool
    let isSX1261: Bool
    let identity: String
    /// The board's oscillator wants its voltage from DIO3.
    let hasTCXO: Bool

    var mode = Mode.standby
    var registers: [UInt16: UInt8] = [:]
    var buffer = [UInt8](repeating: 0, count: 256)
    var settings = SX126xModem()
    var flags: UInt16 = 0
    var errors: UInt16 = 0
    /// Bits 3 to 1 of the status.
    var outcome: UInt8 = 0
    /// Until when BUSY is high by itself.
    package internal(set) var busyUntil: MonotonicInstant
    /// Until when registers are not to be written, behind CalibrateImage.
    var registersRestUntil: MonotonicInstant
    /// Counts what the modem undertakes, so that events of what was broken off do nothing.
    var operation = 0
    var reception: SX126xReception?
    var carrier: Int?
    private var resetSince: MonotonicInstant?
    /// The supply dipped, and the driver has not looked since: what it does meanwhile it cannot know to be wrong.
    private var isDriverUnaware = false
    private var isTransferNoisy = false

    /// - Parameters:
    ///   - identity: what register 0x0320 says, "SX1261 V2D 2D02" of an SX1262 too.
    ///   - isSX1261: the amplifier is the one of 15 dBm.
    ///   - isLLCC68: it does the faster spreading factors only.
    package init(
        world: SimulatedWorld, air: Air, identity: String = "SX1261 V2D 2D02", isSX1261: Bool = false,
        isLLCC68: Bool = false, hasTCXO: Bool = true
    ) {
        self.world = world
        self.air = air
        self.identity = identity
        self.isSX1261 = isSX1261
        self.isLLCC68 = isLLCC68
        self.hasTCXO = hasTCXO
        busyUntil = world.now
        registersRestUntil = world.now
        reset()
        resets = 0
        air.subscribe(self)
    }

    package var busyPin: any InputPin { SX126xBusyPin(chip: self) }
    package var resetPin: any OutputPin { SX126xResetPin(chip: self) }

    package var isBusy: Bool { faults.isStuckBusy || resetSince != nil || world.now < busyUntil }

    /// A register as the bus would read it now. For tests.
    package func register(_ address: UInt16) -> UInt8 {
        guard (0x0320..<0x0330).contains(address) else { return registers[address] ?? 0 }
        return (faults.identity ?? identity).utf8.dropFirst(Int(address - 0x0320)).first ?? 0
    }

    package var spreadingFactor: Int { settings.spreadingFactor }
    /// Symbols after which a window ends without a preamble; 0 for none.
    package var symbolTimeout: Int { settings.symbolTimeout }
    package var hasTimedOut: Bool { flags & 0x0200 != 0 }

    // MARK: The bus

    package func transfer(_ bytes: [UInt8]) throws(HardwareError) -> [UInt8] {
        transfers += 1
        let wasBusy = isBusy
        beforeTransfer?(transfers)
        if let error = faults.busError { throw error }
        if let constant = faults.busReads { return [UInt8](repeating: constant, count: bytes.count) }
        isTransferNoisy = faults.noisyTransfers > 0
        defer { isTransferNoisy = false }
        if isTransferNoisy { faults.noisyTransfers -= 1 }
        let sent = faults.losesWrites ? [UInt8](repeating: 0, count: bytes.count) : bytes
        let arrived = isTransferNoisy ? disturbed(sent) : sent
        guard !isBusy else {
            // A driver that has looked can't know what happens after.
            if wasBusy { note("a command while BUSY is high: 0x\(String(arrived.first ?? 0, radix: 16))") }
            return [UInt8](repeating: 0xFF, count: bytes.count)
        }
        let status = mode.rawValue << 4 | outcome << 1
        var answer = [UInt8](repeating: status, count: bytes.count)
        execute(arrived, into: &answer)
        if isTransferNoisy { answer = disturbed(answer) }
        if recordsCommands { commands.append(Command(at: world.now, bytes: arrived, answer: answer)) }
        return answer
    }

    private func disturbed(_ bytes: [UInt8]) -> [UInt8] {
        guard !bytes.isEmpty else { return bytes }
        var bytes = bytes
        bytes[transfers % bytes.count] ^= 1 << UInt8(transfers * 5 % 8)
        return bytes
    }

    func note(_ violation: String) {
        guard !isDriverUnaware, !isTransferNoisy else { return }
        violations.append("\(world.now.nanoseconds / 1_000) us: \(violation)")
    }

    /// BUSY is high for so long from now on.
    func work(for span: TimeSpan) { busyUntil = max(busyUntil, world.now + span) }

    func looked() { isDriverUnaware = false }

    // MARK: Reset

    func driveReset(_ level: PinLevel) {
        guard !faults.ignoresReset else { return }
        if level == .low {
            if resetSince == nil { resetSince = world.now }
            return
        }
        guard let since = resetSince else { return }
        resetSince = nil
        guard world.now - since >= .microseconds(100) else {
            note("NRST was low for \((world.now - since).microseconds) us; 100 us are wanted")
            return
        }
        reset()
    }

    /// As the supply dipping for a moment: everything as after a reset, and nobody told the driver.
    package func brownOut() {
        reset()
        isDriverUnaware = true
    }

    private func reset() {
        resets += 1
        (faults.isStuckBusy, faults.ignoresModes) = (false, false)
        leave(for: .standby)
        registers = [
            0x0736: 0x0D, 0x0740: 0x14, 0x0741: 0x24, 0x0889: 0x01, 0x08AC: 0x94, 0x08B5: 0x00, 0x06BC: 0x1D,
            0x06BD: 0x0F, 0x06BE: 0x10, 0x06BF: 0x21, 0x06B8: 0x10, 0x06B9: 0x00, 0x08D8: 0xC8, 0x08E7: 0x18,
            0x0911: 0x05, 0x0912: 0x05, 0x0920: 0x01,
        ]
        buffer = [UInt8](repeating: 0, count: 256)
        settings = SX126xModem()
        flags = 0
        errors = hasTCXO ? 0x0020 : 0
        // The first status after a reset is a failure that means nothing.
        outcome = 5
        busyUntil = world.now + .microseconds(3_500)
        dio1.drive(false, at: world.now)
    }

    // MARK: Flags

    func raise(_ bits: UInt16) {
        flags |= bits & settings.flagMask
        updateLine()
    }

    func updateLine() { dio1.drive(flags & settings.lineMask != 0, at: world.now) }
}

final class SX126xBusyPin: InputPin {
    private let chip: SX126xSimulator

    init(chip: SX126xSimulator) {
        self.chip = chip
    }

    func isHigh() -> Bool { chip.isBusy && !chip.faults.hidesBusy }
}

/// NRST: low for 100 us resets the chip.
final class SX126xResetPin: OutputPin {
    private let chip: SX126xSimulator

    init(chip: SX126xSimulator) {
        self.chip = chip
    }

    func set(_ level: PinLevel) { chip.driveReset(level) }
}
