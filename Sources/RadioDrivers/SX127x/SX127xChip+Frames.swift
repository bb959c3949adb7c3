package import LoRaWAN
package import Timekeeping

/// What the chip tells, and what it heard.
extension SX127xChip {
    /// A mode change does not clear flags.
    package func clearFlags() throws(RadioError) {
        if bus.mode.isLoRa {
            try bus.write(.flags, SX127xFlag.all)
        } else {
            try bus.write(.packetFlags, SX127xPacketFlag.fifoOverrun)
        }
    }

    package func flags() throws(RadioError) -> ChipFlags {
        guard bus.mode.isLoRa else {
            return try readPacketFlags() & SX127xPacketFlag.packetSent != 0 ? .sent : []
        }
        // The chip never raises all eight: those that are not wanted are masked.
        let flags = try checked(try bus.read(.flags))
        let names: [(UInt8, ChipFlags)] = [
            (SX127xFlag.transmitDone, .sent), (SX127xFlag.receiveDone, .frame), (SX127xFlag.crcError, .damaged),
            (SX127xFlag.receiveTimeout, .empty), (SX127xFlag.detectDone, .detectionDone),
            (SX127xFlag.detected, .detected),
        ]
        return names.reduce(into: []) { if flags & $1.0 != 0 { $0.insert($1.1) } }
    }

    /// RegIrqFlags2. A FIFO is never full and empty.
    func readPacketFlags() throws(RadioError) -> UInt8 { try checked(try bus.read(.packetFlags)) }

    private func checked(_ flags: UInt8) throws(RadioError) -> UInt8 {
        guard flags != 0xFF else {
            throw RadioError(
                "the radio does not answer any more, its flags read 0xFF: its supply or the SPI wires were interrupted")
        }
        return flags
    }

    package func takeFrame(
        _ flags: ChipFlags, frequency: Int, at end: MonotonicInstant
    ) throws(RadioError) -> ReceivedFrame? {
        let hasCRC = try bus.read(.hopChannel) & 0x40 != 0
        let count = Int(try bus.read(.receivedCount))
        guard count > 0, !(hasCRC && flags.contains(.damaged)) else { return nil }
        try bus.write(.fifoPointer, try bus.read(.receivedStart))
        let payload = try bus.read(address: SX127xRegister.fifo.rawValue, count: count)
        let snr = Int(Int8(bitPattern: try bus.read(.packetSNR)))
        let rssi = SX127xSettings.signalStrength(
            raw: try bus.read(.packetRSSI), snrQuarters: snr, frequency: frequency, model: bus.model)
        return ReceivedFrame(payload: payload, at: end, rssi: rssi, snrQuarters: snr)
    }

    /// The chip listens on by itself; the next frame is written behind this one.
    package func listenOn() throws(RadioError) { try bus.write(.flags, SX127xFlag.all) }

    package func strength(frequency: Int, modulation: Modulation) throws(RadioError) -> Int {
        switch modulation {
        case .lora:
            SX127xSettings.channelStrength(raw: try bus.read(.presentRSSI), frequency: frequency, model: bus.model)
        case .fsk: try packetStrength()
        }
    }

    /// All of the LoRa page from 0x01 to 0x70. The FIFO is not read: that would move its pointer.
    package func registers() throws(RadioError) -> [RegisterValue] {
        var values: [RegisterValue] = []
        for address in UInt8(0x01)...0x70 {
            var register = SX127xRegister(rawValue: address)
            let isDAC = register == .amplifierDAC || register == .amplifierDAC1272
            if isDAC, register != bus.model.amplifierDAC { register = nil }
            values.append(
                RegisterValue(
                    address: UInt16(address), name: register?.name, value: try bus.read(address: address)))
        }
        return values
    }
}
