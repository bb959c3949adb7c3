import HardwareInterfaces

/// Registers over SPI: the address byte with bit 7 set to write (datasheet 4.3).
struct SX127xBus {
    private let bus: any SPIBus
    /// Which chip answers, once it is known.
    var model = SX127xChip.Model.sx1276
    /// What was ordered last.
    private(set) var mode = SX127xMode.sleep
    /// Settings that did not read back as written, and were written again.
    private(set) var rewrites = 0

    init(_ bus: any SPIBus) {
        self.bus = bus
    }

    func read(_ register: SX127xRegister) throws(RadioError) -> UInt8 { try read(address: register.rawValue) }

    func read(_ register: SX127xPacketRegister) throws(RadioError) -> UInt8 { try read(address: register.rawValue) }

    func read(address: UInt8) throws(RadioError) -> UInt8 {
        try bus.exchange([address & 0x7F, 0]).last ?? 0
    }

    func read(address: UInt8, count: Int) throws(RadioError) -> [UInt8] {
        Array(try bus.exchange([address & 0x7F] + [UInt8](repeating: 0, count: count)).dropFirst())
    }

    func write(_ register: SX127xRegister, _ value: UInt8) throws(RadioError) {
        try write(SX127xSetting(register, value))
    }

    func write(_ register: SX127xPacketRegister, _ value: UInt8) throws(RadioError) {
        try write(SX127xSetting(register, value))
    }

    func write(_ setting: SX127xSetting) throws(RadioError) {
        _ = try bus.exchange([setting.address | 0x80, setting.value])
    }

    /// Writes settings and reads them back, with the mode that they are written in: noise on the wires must not move a
    /// carrier or raise the power.
    mutating func program(_ settings: [SX127xSetting]) throws(RadioError) {
        if try !reachesMode() { throw wrongMode(try read(.mode)) }
        for setting in settings { try write(setting) }
        let settings = [SX127xSetting(.mode, mode.value(on: model))] + settings
        guard try firstDifference(settings) != nil else { return }
        rewrites += 1
        for setting in settings { try write(setting) }
        guard let (setting, read) = try firstDifference(settings) else { return }
        if setting.register == .mode { throw wrongMode(read) }
        throw RadioError(
            "the radio does not keep what is written: register 0x\([setting.address].hexDigits) reads "
                + "0x\([read].hexDigits) instead of 0x\([setting.value].hexDigits); noise on the SPI wires, or a bad "
                + "supply: shorten the wires, lower spi_hz, check 3.3 V")
    }

    /// FSK and LoRa have registers of different meaning at the same addresses, and most are written in standby only: so
    /// none is written before the chip is seen in its mode. It may take the oscillator's start to show that, 250 us, which
    /// is a few transfers; a chip that hangs, or has misheard, never does.
    func reachesMode() throws(RadioError) -> Bool {
        for _ in 0..<20 where try isInOrderedMode() { return true }
        return false
    }

    private func wrongMode(_ read: UInt8) -> RadioError {
        RadioError(
            "the radio does not change its mode, which reads 0x\([read].hexDigits) instead of "
                + "0x\([mode.value(on: model)].hexDigits): it hangs, takes nothing that is written, or noise on the SPI "
                + "wires keeps it from that: lower spi_hz")
    }

    private func firstDifference(_ settings: [SX127xSetting]) throws(RadioError) -> (SX127xSetting, UInt8)? {
        var wanted: [UInt8: SX127xSetting] = [:]
        for setting in settings where setting.isReadable { wanted[setting.address] = setting }
        let addresses = wanted.keys.sorted()
        var index = 0
        while index < addresses.count {
            // Registers that lie close to each other are read in one transfer.
            var last = index
            while last + 1 < addresses.count, addresses[last + 1] - addresses[last] <= 5 { last += 1 }
            let first = addresses[index]
            let values = try read(address: first, count: Int(addresses[last] - first) + 1)
            for address in addresses[index...last] {
                let value = values[Int(address - first)]
                if let setting = wanted[address], setting.value != value { return (setting, value) }
            }
            index = last + 1
        }
        return nil
    }

    /// Writes a LoRa frame to the FIFO and reads it back: noise on the wires would be air-time for what no gateway can
    /// read, or another device's join-request. FSK's FIFO gives each byte away once only.
    mutating func load(_ frame: [UInt8]) throws(RadioError) {
        for _ in 0..<2 {
            try write(.fifoPointer, 0)
            try write(fifo: frame)
            try write(.fifoPointer, 0)
            if try read(address: SX127xRegister.fifo.rawValue, count: frame.count) == frame { return }
            rewrites += 1
        }
        throw RadioError(
            "the radio does not keep the bytes of a frame; noise on the SPI wires, or a bad supply: shorten the wires, "
                + "lower spi_hz, check 3.3 V")
    }

    func write(fifo bytes: [UInt8]) throws(RadioError) {
        _ = try bus.exchange([SX127xRegister.fifo.rawValue | 0x80] + bytes)
    }

    mutating func enter(_ mode: SX127xMode) throws(RadioError) {
        self.mode = mode
        try write(.mode, mode.value(on: model))
    }

    /// Whether the chip is in the mode that was ordered last. It leaves some by itself, when they are done.
    func isInOrderedMode() throws(RadioError) -> Bool { try isIn(mode) }

    func isIn(_ mode: SX127xMode) throws(RadioError) -> Bool { try read(.mode) == mode.value(on: model) }
}

/// A register and the value it is to have.
struct SX127xSetting: Hashable {
    /// In LoRa mode; nil for those of FSK mode.
    let register: SX127xRegister?
    let address: UInt8
    let value: UInt8

    init(_ register: SX127xRegister, _ value: UInt8) {
        self.register = register
        address = register.rawValue
        self.value = value
    }

    init(_ register: SX127xPacketRegister, _ value: UInt8) {
        self.register = nil
        address = register.rawValue
        self.value = value
    }

    /// Whether the datasheet says that it reads as it was written: the registers of the errata are not in it, and
    /// RegDetectOptimize has reserved bits; RegLna reads what the gain control makes of it.
    var isReadable: Bool {
        switch register {
        case .offsetFrequency1, .offsetFrequency2, .highBandwidth1, .highBandwidth2, .fifoPointer, .detectOptimize,
            .lowNoiseAmplifier:
            false
        default: true
        }
    }
}
