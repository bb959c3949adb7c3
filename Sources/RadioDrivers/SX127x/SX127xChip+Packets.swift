import LoRaWAN
import Timekeeping

/// FSK packets: the FIFO holds 64 bytes, so that longer ones are fed and taken while they are on the air.
extension SX127x {
    // MARK: Sending

    /// - Returns: what did not fit into the FIFO.
    func beginPacket(_ transmission: Transmission) throws(RadioError) -> ArraySlice<UInt8> {
        try useFSK()
        try bus.program(
            SX127xPacketSettings.transmit(transmission, output: configuration.output, model: bus.model))
        try clearFlagsAndEdges()
        let packet = [UInt8(transmission.payload.count)] + transmission.payload
        try bus.write(fifo: Array(packet.prefix(SX127xPacketSettings.fifo)))
        try bus.enter(.fskTransmit)
        return packet.dropFirst(SX127xPacketSettings.fifo)
    }

    func refill(_ flight: Flight, at now: MonotonicInstant) throws(RadioError) -> [RadioEvent] {
        let edge = try risingOrFallingEdge()
        guard edge || now >= flight.pollAt else { return [] }
        let flags = try readPacketFlags()
        guard flags & (SX127xPacketFlag.fifoEmpty | SX127xPacketFlag.packetSent) == 0 else {
            tally.fifoTroubles += 1
            throw RadioError(
                "the radio ran out of bytes in an FSK packet of \(flight.rest.endIndex - 1) bytes: this machine was too "
                    + "slow; give the service CAP_SYS_NICE, or let the network use LoRa")
        }
        // A chip that hangs takes nothing from its FIFO.
        guard now < flight.givesUpAt else { throw overdue(flight, at: now) }
        var later = flight
        if flags & SX127xPacketFlag.fifoLevel == 0 {
            let room = SX127xPacketSettings.fifo - SX127xPacketSettings.threshold - 1
            try bus.write(fifo: Array(flight.rest.prefix(room)))
            later.rest = flight.rest.dropFirst(room)
        }
        later.pollAt = later.rest.isEmpty ? fallback(after: flight.dueAt, isFSK: true) : now + Self.refillInterval
        state = .transmitting(later)
        return []
    }

    // MARK: Receiving

    func followPacket(_ listening: Listening, at now: MonotonicInstant) throws(RadioError) -> [RadioEvent] {
        let edge = try risingEdge(of: dio0, since: listening.startedAt)
        let isFilling = try risingOrFallingEdge()
        guard edge != nil || isFilling || now >= listening.pollAt else { return [] }
        var later = listening
        switch try take(&later.packet, frequency: listening.window.frequency, at: edge ?? now) {
        case .frame(let frame):
            if edge == nil, dio0 != nil, dio1 != nil { tally.lostEdges += 1 }
            try rest()
            return [frame.map { .received($0) } ?? .windowClosed(at: edge ?? now)]
        case .more: break
        case .nothing:
            if edge != nil { tally.spuriousEdges += 1 }
        }
        if now >= listening.closesAt {
            guard try bus.isInOrderedMode() else {
                throw RadioError("the radio left its receive mode without a word: its supply may have dipped")
            }
            let flags = try bus.read(.receiverFlags)
            guard flags & SX127xReceiverFlag.receiverReady != 0 else {
                throw RadioError("the radio's receiver did not become ready in its window; check its supply")
            }
            let isComing =
                flags & (SX127xReceiverFlag.preambleDetected | SX127xReceiverFlag.syncWordMatched) != 0
                || later.packet.strength != nil
            // Noise looks like a preamble too: then nothing follows.
            if !isComing || now >= listening.givesUpAt {
                try rest()
                return [.windowClosed(at: now)]
            }
        }
        let isTold = dio0 != nil && dio1 != nil && now < listening.closesAt && later.packet.strength == nil
        later.pollAt = isTold ? listening.closesAt : now + Self.refillInterval
        state = .listening(later)
        return []
    }

    enum Taken {
        case nothing
        /// The packet is on its way.
        case more
        /// nil: it was damaged.
        case frame(ReceivedFrame?)
    }

    /// Whether the receiver follows a preamble behind which no sync word came: noise, or a packet of others. It would look
    /// for that sync word for ever, with its gain and its carrier set for it (AutoRestartRxMode is off), and hear no other
    /// preamble; so it has to be started again.
    func isMisled(_ packet: inout Packet, at now: MonotonicInstant) throws(RadioError) -> Bool {
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

    /// Takes what the FIFO holds of a packet, and the frame when it is whole.
    func take(_ packet: inout Packet, frequency: Int, at end: MonotonicInstant) throws(RadioError) -> Taken {
        let flags = try readPacketFlags()
        if flags & SX127xPacketFlag.fifoOverrun != 0 {
            tally.fifoTroubles += 1
            return .frame(nil)
        }
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
        guard flags & SX127xPacketFlag.crcGood != 0, missing >= 0, packet.bytes.count > 1 else {
            tally.crcErrors += 1
            return .frame(nil)
        }
        tally.received += 1
        return .frame(
            ReceivedFrame(payload: Array(packet.bytes.dropFirst()), at: end, rssi: packet.strength ?? 0, snrQuarters: 0)
        )
    }

    /// Half a dBm for each step; FSK has no other measure of its quality.
    func packetStrength() throws(RadioError) -> Int { try -Int(bus.read(.packetChannelRSSI)) / 2 }

    /// Whether FifoLevel or FifoEmpty changed.
    func risingOrFallingEdge() throws(RadioError) -> Bool {
        var isSeen = false
        while try nextEdge(of: dio1) != nil { isSeen = true }
        return isSeen
    }
}
