package import HardwareInterfaces
package import Timekeeping

/// An SX1276, or SX1272, as its bus and its pins show it: registers, modes, FIFO, interrupt flags, DIO0, DIO1, and true
/// air-time.
///
/// It does what the chip does with what it is told. What the datasheet forbids it does not do, and notes in
/// ``violations``. Frequency hopping, and FSK other than LoRaWAN's, are not simulated; asking for them is a violation too.
package final class SX1276Simulator: SPIBus {
    /// One access over the bus.
    package struct Access: Hashable, Sendable {
        package let at: MonotonicInstant
        package let address: UInt8
        package let isWrite: Bool
        /// What was written or read; a whole burst for the FIFO, one byte for a register.
        package let bytes: [UInt8]
    }

    /// What the chip or its wires do wrong, on demand.
    package struct Faults: Sendable {
        /// How many of the next transmissions never end; the chip hangs in TX until it is reset.
        package var stuckTransmissions = 0
        /// How many of the next receptions never end, neither by a frame nor by the time-out.
        package var stuckReceptions = 0
        /// How many of the next receptions in FSK take noise for a preamble, and look for its sync word from then on.
        package var phantomPreambles = 0
        /// The chip hangs: it changes its mode no more until it is reset.
        package var ignoresModes = false
        /// In how many of the next transfers one bit is turned over, on its way in and on its way out.
        package var noisyTransfers = 0
        /// Something else answers: what the version register reads.
        package var version: UInt8?
        /// NRESET is not connected.
        package var ignoresReset = false
        /// The bus is broken and every byte reads so (0x00: no power; 0xFF: nothing drives MISO).
        package var busReads: UInt8?
        /// MOSI is broken: reads work, and no write arrives.
        package var losesWrites = false
        /// The kernel refuses transfers.
        package var busError: HardwareError?

        package init() {}
    }

    package let dio0 = SimulatedEdgePin()
    package let dio1 = SimulatedEdgePin()
    /// Transfers since the start.
    package private(set) var transfers = 0
    /// Called ahead of each transfer with its number, from 1: where faults begin and end.
    package var beforeTransfer: ((Int) -> Void)?
    package var resetPin: any OutputPin { SX1276ResetPin(chip: self) }
    package var faults = Faults()
    /// What the driver did against the datasheet, in words.
    package internal(set) var violations: [String] = []
    /// All accesses since the start, while ``recordsAccesses``.
    package private(set) var accesses: [Access] = []
    package var recordsAccesses = true
    /// Carriers at which the receiver's image was calibrated, in hertz.
    package internal(set) var imageCalibrations: [Int] = []
    package internal(set) var resets = 0
    /// What the chip's sensor shows, in degrees Celsius.
    package var temperature = 25

    let world: SimulatedWorld
    let air: Air
    let version: UInt8
    var memory: SX1276Memory
    var fifo = [UInt8](repeating: 0, count: 256)
    /// FSK's FIFO and flags.
    var packet = PacketEngine()
    /// Until when the amplifier rests that sent with more than 17 dBm.
    var fullPowerRestsUntil: MonotonicInstant?
    /// The supply dipped, and the driver has not looked since: what it does meanwhile it cannot know to be wrong.
    private var isDriverUnaware = false
    private var isTransferNoisy = false
    /// Counts what the modem undertakes, so that events of what was broken off do nothing.
    var operation = 0
    /// The place of what is radiated in ``Air/carriers``.
    var carrier: Int?
    /// The reception under way.
    var reception: Reception?
    /// Where in the FIFO continuous reception writes its next frame; nil for the base.
    var nextWrite: UInt8?
    private var resetSince: MonotonicInstant?
    private var readyAt: MonotonicInstant

    /// - Parameter version: 0x12 for an SX1276; other values for clones and for what is not one.
    package init(world: SimulatedWorld, air: Air, version: UInt8 = 0x12) {
        self.world = world
        self.air = air
        self.version = version
        memory = SX1276Memory(version: version)
        readyAt = world.now
        air.subscribe(self)
    }

    /// A register as the bus would read it now, without an access. For tests.
    package func register(_ address: UInt8) -> UInt8 { memory[address] }

    // MARK: The bus

    package func transfer(_ bytes: [UInt8]) throws(HardwareError) -> [UInt8] {
        transfers += 1
        beforeTransfer?(transfers)
        guard faults.noisyTransfers > 0 else { return try exchange(bytes) }
        faults.noisyTransfers -= 1
        isTransferNoisy = true
        defer { isTransferNoisy = false }
        return disturbed(try exchange(disturbed(bytes)))
    }

    /// One bit behind the address is turned over.
    private func disturbed(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.count > 1 else { return bytes }
        var bytes = bytes
        bytes[1 + transfers % (bytes.count - 1)] ^= 1 << UInt8(transfers * 5 % 8)
        return bytes
    }

    private func exchange(_ bytes: [UInt8]) throws(HardwareError) -> [UInt8] {
        if let error = faults.busError { throw error }
        if let constant = faults.busReads { return [UInt8](repeating: constant, count: bytes.count) }
        guard let first = bytes.first, bytes.count > 1 else {
            note("a transfer of \(bytes.count) bytes: an address byte and at least one of data are wanted")
            return bytes
        }
        guard resetSince == nil, world.now >= readyAt else {
            note("an access within 5 ms of a reset")
            return [UInt8](repeating: 0, count: bytes.count)
        }
        let isWrite = first & 0x80 != 0
        var address = first & 0x7F
        if !isWrite, address == SX1276Memory.Address.mode { isDriverUnaware = false }
        var answer: [UInt8] = [0]
        for byte in bytes.dropFirst() {
            if isWrite {
                answer.append(memory[address])
                record(address, isWrite: true, byte)
                if !faults.losesWrites { write(byte, to: address) }
            } else {
                let value = read(address)
                answer.append(value)
                record(address, isWrite: false, value)
            }
            if address != SX1276Memory.Address.fifo { address = (address + 1) & 0x7F }
        }
        return answer
    }

    private func record(_ address: UInt8, isWrite: Bool, _ byte: UInt8) {
        guard recordsAccesses else { return }
        if address == SX1276Memory.Address.fifo, let last = accesses.last, last.address == address,
            last.isWrite == isWrite, last.at == world.now
        {
            accesses[accesses.count - 1] = Access(at: last.at, address: 0, isWrite: isWrite, bytes: last.bytes + [byte])
        } else {
            accesses.append(Access(at: world.now, address: address, isWrite: isWrite, bytes: [byte]))
        }
    }

    func note(_ violation: String) {
        guard !isDriverUnaware, !isTransferNoisy else { return }
        violations.append("\(world.now.nanoseconds / 1_000) us: \(violation)")
    }

    // MARK: Reset

    func driveReset(_ level: PinLevel) {
        guard !faults.ignoresReset else { return }
        if level == (memory.isSX1272 ? .high : .low) {
            if resetSince == nil { resetSince = world.now }
            return
        }
        guard let since = resetSince else { return }
        resetSince = nil
        guard world.now - since >= .microseconds(100) else {
            note("reset was driven for \((world.now - since).microseconds) us; 100 us are wanted")
            return
        }
        powerUp()
    }

    /// As the supply dipping for a moment: all registers at their reset values, and nobody told the driver.
    package func brownOut() {
        powerUp()
        isDriverUnaware = true
    }

    private func powerUp() {
        resets += 1
        operation += 1
        endCarrier()
        reception = nil
        faults.ignoresModes = false
        memory = SX1276Memory(version: version)
        fifo = [UInt8](repeating: 0, count: 256)
        packet = PacketEngine()
        readyAt = world.now + .milliseconds(5)
        updatePins()
    }
}
