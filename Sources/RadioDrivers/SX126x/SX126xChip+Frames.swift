package import LoRaWAN
package import Timekeeping

/// What the chip tells, and what it heard.
extension SX126xChip {
    package func clearFlags() throws(RadioError) {
        try bus.send([0x02, UInt8(SX126xFlag.all >> 8), UInt8(SX126xFlag.all & 0xFF)])
    }

    /// DIO1 stays high until all is cleared that was read, and gives no second edge before; so each flag is told once.
    package func flags() throws(RadioError) -> ChipFlags {
        let bytes = try bus.ask([0x12], count: 2)
        let raw = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
        guard raw != 0xFFFF else {
            throw RadioError(
                "the radio does not answer any more, its flags read 0xFFFF: its supply or the SPI wires were interrupted"
            )
        }
        if raw != 0 { try bus.send([0x02, bytes[0], bytes[1]]) }
        let names: [(UInt16, ChipFlags)] = [
            (SX126xFlag.sent, .sent), (SX126xFlag.received, .frame), (SX126xFlag.crcError, .damaged),
            (SX126xFlag.timeout, .empty), (SX126xFlag.detectionDone, .detectionDone), (SX126xFlag.detected, .detected),
        ]
        var flags = names.reduce(into: ChipFlags()) { if raw & $1.0 != 0 { $0.insert($1.1) } }
        // A header that nobody can read ends a window.
        if isInWindow, raw & SX126xFlag.headerError != 0, !flags.contains(.frame) { flags.insert(.empty) }
        return flags
    }

    package func takeFrame(
        _ flags: ChipFlags, frequency: Int, at end: MonotonicInstant
    ) throws(RadioError) -> ReceivedFrame? {
        let place = try bus.ask([0x13], count: 2)
        guard place[0] > 0, !flags.contains(.damaged) else { return nil }
        let payload = try bus.ask([0x1E, place[1]], count: Int(place[0]))
        let status = try bus.ask([0x14], count: 3)
        guard isLoRa else {
            return ReceivedFrame(payload: payload, at: end, rssi: -Int(status[2]) / 2, snrQuarters: 0)
        }
        return ReceivedFrame(
            payload: payload, at: end, rssi: -Int(status[0]) / 2, snrQuarters: Int(Int8(bitPattern: status[1])))
    }

    /// Its flags were cleared as they were read, and the next frame is written behind this one.
    package func listenOn() throws(RadioError) {}

    package func strength(frequency: Int, modulation: Modulation) throws(RadioError) -> Int {
        -Int(try bus.ask([0x15], count: 1)[0]) / 2
    }

    package func registers() throws(RadioError) -> [RegisterValue] {
        var values: [RegisterValue] = []
        for register in SX126xRegister.allCases.sorted(by: { $0.rawValue < $1.rawValue }) {
            values.append(
                RegisterValue(address: register.rawValue, name: register.words, value: try bus.read(register)))
        }
        return values
    }

    /// It has no sensor.
    package func measureTemperature() throws(RadioError) -> Int? { nil }
}
