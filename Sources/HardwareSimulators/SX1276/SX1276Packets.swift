import Timekeeping

/// FSK packets (datasheet 4.2.13): a FIFO of 64 bytes that is emptied while it sends and filled while it receives, byte by
/// byte.
extension SX1276Simulator {
    struct PacketEngine {
        var receiverFlags: UInt8 = 0x80
        var bytes: [UInt8] = []
        var hasOverrun = false
        var isSent = false
        var isReady = false
        var isCRCGood = false
    }

    /// What has left the FIFO of the packet that is sent.
    private final class SentPacket {
        var bytes: [UInt8] = []
        var isWhole = true
    }

    static let fifoSize = 64
    /// Bytes of a preamble that the detector wants (RegPreambleDetect).
    private static let bytesToDetect = 2

    /// RegIrqFlags2.
    var packetFlags: UInt8 {
        (packet.bytes.count >= Self.fifoSize ? 0x80 : 0) | (packet.bytes.isEmpty ? 0x40 : 0)
            | (packet.bytes.count > Int(memory.packet(0x35) & 0x3F) ? 0x20 : 0) | (packet.hasOverrun ? 0x10 : 0)
            | (packet.isSent ? 0x08 : 0) | (packet.isReady ? 0x04 : 0) | (packet.isCRCGood ? 0x02 : 0)
    }

    // MARK: The FIFO

    func putIntoFIFO(_ byte: UInt8) {
        guard packet.bytes.count < Self.fifoSize else {
            packet.hasOverrun = true
            note("a byte more than the FIFO's 64")
            return
        }
        packet.bytes.append(byte)
        updatePins()
    }

    func takeFromFIFO() -> UInt8 {
        guard !packet.bytes.isEmpty else {
            note("a read of the empty FIFO")
            return 0
        }
        let byte = packet.bytes.removeFirst()
        if packet.bytes.isEmpty { (packet.isReady, packet.isCRCGood) = (false, false) }
        updatePins()
        return byte
    }

    /// Datasheet table 27: going to sleep or to the transmitter clears the flags, and sleep the FIFO too.
    func leavePacket(for mode: Mode) {
        guard !memory.isLoRa else { return }
        packet.receiverFlags = 0x80
        packet.isSent = false
        if mode == .sleep { packet = PacketEngine() }
    }

    // MARK: Sending

    func beginPacket(from before: Mode) {
        guard let format = memory.packetFormat, let length = packet.bytes.first, length > 0 else {
            note("an FSK transmission without LoRaWAN's packet format, or without a packet in the FIFO")
            return
        }
        guard faults.stuckTransmissions == 0 else {
            faults.stuckTransmissions -= 1
            return
        }
        var transmission = AirTransmission(
            fsk: [UInt8](repeating: 0, count: Int(length)), frequency: memory.carrier, isDownlink: false,
            start: world.now + startUpTime(from: before), power: memory.power)
        transmission.fsk = format
        transmission.preambleSymbols = memory.packetPreamble
        checkPower(airTime: transmission.airTime)
        let (started, sent) = (operation, SentPacket())
        let head = transmission.start + format.byte * Int64(transmission.preambleSymbols + format.syncWord.count)
        world.schedule(at: transmission.start) { [self] in
            guard operation == started else { return }
            air.transmit(transmission) { [self] in
                operation == started && sent.isWhole ? Array(sent.bytes.dropFirst()) : nil
            }
            send(Int(length) + 1, into: sent, byte: format.byte, at: head, started)
            world.schedule(at: transmission.end) { [self] in
                guard operation == started else { return }
                packet.isSent = true
                updatePins()
                // The condition to send the next packet is not met, and preamble is sent until it is (datasheet 4.2.13.3).
                radiate(from: world.now, followsPacket: true)
            }
        }
    }

    private func send(
        _ count: Int, into sent: SentPacket, byte: TimeSpan, at instant: MonotonicInstant, _ started: Int
    ) {
        guard count > 0 else { return }
        world.schedule(at: instant) { [self] in
            guard operation == started else { return }
            if packet.bytes.isEmpty {
                sent.isWhole = false
            } else {
                sent.bytes.append(packet.bytes.removeFirst())
                updatePins()
            }
            send(count - 1, into: sent, byte: byte, at: instant + byte, started)
        }
    }

    // MARK: Receiving

    func listenForPackets(from before: Mode) {
        guard memory.packetFormat != nil else {
            note("FSK reception without LoRaWAN's packet format")
            return
        }
        guard faults.stuckReceptions == 0 else {
            faults.stuckReceptions -= 1
            return
        }
        let from = world.now + startUpTime(from: before)
        reception = Reception(listensFrom: from)
        let started = operation
        world.schedule(at: from) { [self] in
            guard operation == started else { return }
            packet.receiverFlags |= 0x40
            guard faults.phantomPreambles > 0 else { return }
            faults.phantomPreambles -= 1
            reception?.isMisled = true
            packet.receiverFlags |= 0x02
        }
        for transmission in air.audible(to: self) { consider(transmission) }
    }

    func considerPacket(_ transmission: AirTransmission) {
        guard let reception, reception.locked == nil, !reception.isMisled, let format = memory.packetFormat,
            transmission.fsk == format, abs(transmission.frequency - memory.carrier) <= 25_000
        else { return }
        let detected =
            max(reception.listensFrom, transmission.start) + format.byte * Int64(Self.bytesToDetect)
        let preambleEnd = transmission.start + format.byte * Int64(transmission.preambleSymbols)
        guard detected <= preambleEnd else { return }
        let started = operation
        world.schedule(at: detected) { [self] in
            guard operation == started, self.reception?.locked == nil else { return }
            self.reception?.locked = transmission
            packet.receiverFlags |= 0x02
            let head = preambleEnd + format.byte * Int64(format.syncWord.count)
            world.schedule(at: head) { [self] in
                guard operation == started else { return }
                packet.receiverFlags |= 0x01
                var payload = transmission.payload
                if transmission.isCorrupt, let last = payload.indices.last { payload[last] ^= 0x01 }
                let bytes = [UInt8(clamping: payload.count)] + payload
                receive(bytes[...], of: format, at: head + format.byte, started)
            }
        }
    }

    private func receive(
        _ bytes: ArraySlice<UInt8>, of format: AirTransmission.FSK, at instant: MonotonicInstant, _ started: Int
    ) {
        guard let byte = bytes.first else { return }
        world.schedule(at: instant) { [self] in
            guard operation == started else { return }
            guard packet.bytes.count < Self.fifoSize else {
                packet.hasOverrun = true
                return
            }
            packet.bytes.append(byte)
            updatePins()
            receive(bytes.dropFirst(), of: format, at: instant + format.byte, started)
        }
    }

    /// The packet stays in the FIFO, and nothing more is heard until the receiver is started again (AutoRestartRxMode off).
    func finishPacket(_ transmission: AirTransmission) {
        guard !packet.hasOverrun else { return }
        if transmission.isCorrupt, memory.packet(0x30) & 0x08 == 0 {
            packet.bytes = []
        } else {
            packet.isReady = true
            packet.isCRCGood = !transmission.isCorrupt
        }
        updatePins()
    }
}
