import LoRaWAN
package import Timekeeping

/// An FSK packet that is longer than the FIFO, as far as it went out or came in.
struct SX127xPacket {
    /// What did not fit into the FIFO; the length byte goes first.
    var rest: ArraySlice<UInt8> = []
    /// What was taken: the length byte and what follows it.
    var bytes: [UInt8] = []
    /// dBm, while it came in; nil before its first byte.
    var strength: Int?
    /// When a preamble was seen of which the sync word had not come.
    var preambleAt: MonotonicInstant?

    init() {}

    init(sending payload: [UInt8]) {
        rest = ([UInt8(payload.count)] + payload)[...]
    }
}

/// FSK packets: the FIFO holds 64 bytes, so that longer ones are fed and taken while they are on the air.
extension SX127xChip: PacketFIFO {
    /// From a preamble that is detected to the end of the sync word take 1 ms.
    private static let syncTime = TimeSpan.milliseconds(2)

    // MARK: Sending

    package var hasMoreToSend: Bool { !packet.rest.isEmpty }

    /// The first bytes: the FIFO is empty.
    func writePacket() throws(RadioError) { try write(SX127xPacketSettings.fifo) }

    package func want() throws(RadioError) -> PacketWant {
        let flags = try readPacketFlags()
        if flags & (SX127xPacketFlag.fifoEmpty | SX127xPacketFlag.packetSent) != 0 { return .starved }
        return flags & SX127xPacketFlag.fifoLevel == 0 ? .more : .nothing
    }

    package func feed() throws(RadioError) {
        try write(SX127xPacketSettings.fifo - SX127xPacketSettings.threshold - 1)
    }

    private func write(_ room: Int) throws(RadioError) {
        try bus.write(fifo: Array(packet.rest.prefix(room)))
        packet.rest = packet.rest.dropFirst(room)
    }

    // MARK: Receiving

    package var isFilling: Bool { packet.strength != nil }

    package func take(frequency: Int, at end: MonotonicInstant) throws(RadioError) -> PacketProgress {
        let flags = try readPacketFlags()
        if flags & SX127xPacketFlag.fifoOverrun != 0 { return .overrun }
        guard flags & SX127xPacketFlag.payloadReady != 0 else {
            guard flags & SX127xPacketFlag.fifoEmpty == 0 else { return .nothing }
            if packet.strength == nil { packet.strength = try packetStrength() }
            guard flags & SX127xPacketFlag.fifoLevel != 0 else { return .more }
            // One byte stays: an empty FIFO would clear the flags of the packet's end (datasheet 4.2.10).
            packet.bytes += try bus.read(
                address: SX127xRegister.fifo.rawValue, count: SX127xPacketSettings.threshold)
            return .more
        }
        if packet.strength == nil { packet.strength = try packetStrength() }
        if packet.bytes.isEmpty { packet.bytes = try bus.read(address: SX127xRegister.fifo.rawValue, count: 1) }
        let missing = 1 + Int(packet.bytes[0]) - packet.bytes.count
        if missing > 0 { packet.bytes += try bus.read(address: SX127xRegister.fifo.rawValue, count: missing) }
        guard flags & SX127xPacketFlag.crcGood != 0, missing >= 0, packet.bytes.count > 1 else { return .damaged }
        return .frame(
            ReceivedFrame(payload: Array(packet.bytes.dropFirst()), at: end, rssi: packet.strength ?? 0, snrQuarters: 0)
        )
    }

    package func isComing() throws(RadioError) -> Bool {
        let flags = try bus.read(.receiverFlags)
        guard flags & SX127xReceiverFlag.receiverReady != 0 else {
            throw RadioError("the radio's receiver did not become ready in its window; check its supply")
        }
        return flags & (SX127xReceiverFlag.preambleDetected | SX127xReceiverFlag.syncWordMatched) != 0 || isFilling
    }

    /// Whether the receiver follows a preamble behind which no sync word came: noise, or a packet of others. It would look
    /// for that sync word for ever, with its gain and its carrier set for it (AutoRestartRxMode is off), and hear no other
    /// preamble; so it has to be started again.
    package func isMisled(at now: MonotonicInstant) throws(RadioError) -> Bool {
        let flags = try bus.read(.receiverFlags)
        guard flags & SX127xReceiverFlag.preambleDetected != 0, flags & SX127xReceiverFlag.syncWordMatched == 0 else {
            packet.preambleAt = nil
            return false
        }
        guard let since = packet.preambleAt else {
            packet.preambleAt = now
            return false
        }
        return now - since >= Self.syncTime
    }

    package func endReception() throws(RadioError) { try bus.enter(.fskStandby) }

    /// Half a dBm for each step; FSK has no other measure of its quality.
    func packetStrength() throws(RadioError) -> Int { try -Int(bus.read(.packetChannelRSSI)) / 2 }
}
