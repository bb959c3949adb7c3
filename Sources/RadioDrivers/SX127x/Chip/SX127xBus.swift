import HardwareInterfaces

/// Registers over SPI: the address byte with bit 7 set to write (datasheet 4.3).
struct SX127xBus {
    private let bus: any SPIBus

    init(_ bus: any SPIBus) {
        self.bus = bus
    }

    func read(_ register: SX127xRegister) throws(RadioError) -> UInt8 {
        try read(register, count: 1).first ?? 0
    }

    func read(_ register: SX127xRegister, count: Int) throws(RadioError) -> [UInt8] {
        Array(try transfer([register.rawValue] + [UInt8](repeating: 0, count: count)).dropFirst())
    }

    /// For a look at every register, also those that the driver does not use.
    func read(address: UInt8) throws(RadioError) -> UInt8 {
        try transfer([address & 0x7F, 0]).last ?? 0
    }

    func write(_ register: SX127xRegister, _ value: UInt8) throws(RadioError) {
        _ = try transfer([register.rawValue | 0x80, value])
    }

    func write(_ settings: [SX127xSetting]) throws(RadioError) {
        for setting in settings { try write(setting.register, setting.value) }
    }

    func write(fifo bytes: [UInt8]) throws(RadioError) {
        _ = try transfer([SX127xRegister.fifo.rawValue | 0x80] + bytes)
    }

    func enter(_ mode: SX127xMode) throws(RadioError) {
        try write(.mode, mode.rawValue)
    }

    private func transfer(_ bytes: [UInt8]) throws(RadioError) -> [UInt8] {
        let answer: [UInt8]
        do {
            answer = try bus.transfer(bytes)
        } catch {
            throw RadioError("the SPI bus refused a transfer: \(error)")
        }
        guard answer.count == bytes.count else {
            throw RadioError("the SPI bus returned \(answer.count) bytes of \(bytes.count): check the spidev driver")
        }
        return answer
    }
}

/// A register and the value it is to have.
struct SX127xSetting: Hashable {
    let register: SX127xRegister
    let value: UInt8

    init(_ register: SX127xRegister, _ value: UInt8) {
        self.register = register
        self.value = value
    }
}
