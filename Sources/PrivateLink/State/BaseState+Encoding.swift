import Ciphers
public import LoRaWAN
import Timekeeping

extension BaseState {
    static let magic: [UInt8] = Array("p1LB".utf8)
    static let version: UInt8 = 1

    /// The record to store: a version, the fields, and a CRC-32 over both. It holds keys: only its owner may read it.
    public func encoded() -> [UInt8] {
        var writer = StateWriter()
        writer.raw(Self.magic)
        writer.byte(Self.version)
        writer.text(region)
        writer.byte(dataRate.index)
        writer.count(devices.count)
        for (device, record) in devices.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            writer.number(device.rawValue)
            record.write(to: &writer)
        }
        writer.text(bootIdentifier)
        writer.count(ledger.windows.count)
        for window in ledger.windows { window.write(to: &writer) }
        writer.optional(latestEnd) { $0.instant($1) }
        var bytes = writer.bytes
        bytes.append(littleEndian: CRC32.of(bytes[...]), bytes: 4)
        return bytes
    }

    /// Reads what ``encoded()`` wrote.
    public init(decoding bytes: [UInt8]) throws(DeviceStateError) {
        let body = bytes.count - 4
        guard bytes.starts(with: Self.magic), body > Self.magic.count else { throw .notAState }
        let version = bytes[Self.magic.count]
        guard version == Self.version else { throw .unknownVersion(seen: version, known: Self.version) }
        let seen = UInt32(truncatingIfNeeded: bytes.littleEndian(at: body, bytes: 4) ?? 0)
        let computed = CRC32.of(bytes.prefix(body))
        guard seen == computed else { throw .wrongChecksum(seen: seen, computed: computed) }

        var reader = StateReader(bytes, range: (Self.magic.count + 1)..<body, version: version)
        region = try reader.text("region")
        dataRate = DataRate(try reader.small("data rate", 0...15))
        for _ in 0..<(try reader.count("devices")) {
            let device = DevEUI(rawValue: try reader.number("DevEUI"))
            devices[device] = try DeviceRecord(from: &reader)
        }
        bootIdentifier = try reader.text("boot identifier")
        ledger = DutyCycleLedger(subBands: [])
        for _ in 0..<(try reader.count("sub-bands")) {
            ledger.windows.append(try AirTimeWindow(from: &reader, length: .hours(1)))
        }
        latestEnd = try reader.flag("latest transmission") ? reader.instant("end of the latest transmission") : nil
        guard reader.left == 0 else { throw .bytesLeft(reader.left) }
    }
}

extension DeviceRecord {
    fileprivate func write(to writer: inout StateWriter) {
        writer.number(keyCheck)
        writer.optional(lastDevNonce) { $0.number($1.rawValue) }
        writer.number(nextJoinNonce)
        writer.optional(session) { $1.write(to: &$0) }
        writer.optional(joined) { $1.write(to: &$0) }
    }

    fileprivate init(from reader: inout StateReader) throws(DeviceStateError) {
        keyCheck = UInt32(try reader.number("key check", upTo: UInt64(UInt32.max)))
        lastDevNonce =
            try reader.flag("joins") ? DevNonce(rawValue: UInt16(reader.number("DevNonce", upTo: 65_535))) : nil
        nextJoinNonce = UInt32(try reader.number("JoinNonce", upTo: 0x100_0000))
        session = try reader.flag("session") ? BaseSession(from: &reader) : nil
        joined = try reader.flag("new session") ? BaseSession(from: &reader) : nil
    }
}

extension BaseSession {
    fileprivate func write(to writer: inout StateWriter) {
        writer.number(devAddr.rawValue)
        writer.raw(keys.network.bytes)
        writer.raw(keys.application.bytes)
        writer.optional(uplinkCounter) { $0.number($1.rawValue) }
        writer.optional(downlinkCounter) { $0.number($1.rawValue) }
    }

    fileprivate init(from reader: inout StateReader) throws(DeviceStateError) {
        let word = UInt64(UInt32.max)
        devAddr = DevAddr(rawValue: UInt32(try reader.number("DevAddr", upTo: word)))
        let network = try reader.raw("NwkSKey", 16)
        let application = try reader.raw("AppSKey", 16)
        do {
            keys = SessionKeys(network: try AES128Key(network), application: try AES128Key(application))
        } catch {
            throw .wrongField(name: "session keys", value: "\(network.count) bytes", wanted: "16 bytes each")
        }
        func counter(_ name: String, _ reader: inout StateReader) throws(DeviceStateError) -> FrameCounter? {
            try reader.flag(name) ? FrameCounter(rawValue: UInt32(try reader.number(name, upTo: word))) : nil
        }
        uplinkCounter = try counter("FCntUp", &reader)
        downlinkCounter = try counter("FCntDown", &reader)
    }
}
