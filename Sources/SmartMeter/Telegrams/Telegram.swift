public import MeterValues
public import Timekeeping

/// One telegram of a meter: its identification, its objects in the order in which they came, and how it was proven.
///
/// Objects are read out of the telegram's own text when asked for; a telegram owns two blocks of memory.
public struct Telegram: Sendable {
    /// From the `/` to the checksum.
    let bytes: [UInt8]
    let records: [ObjectRecord]
    private let headerEnd: Int
    let timeZone: MeterTimeZone

    /// What proves it.
    public let checksum: TelegramChecksum
    /// How it was encrypted; nil when it came as plain text.
    public let encryption: TelegramEncryption?
    /// Lines that could not be read as an object; the others are there all the same.
    public let oddLines: Int
    /// What is unusual about it.
    public let notes: [TelegramNote]

    init(
        bytes: [UInt8], text: TelegramText, checksum: TelegramChecksum, timeZone: MeterTimeZone,
        encryption: TelegramEncryption?, notes: [TelegramNote] = []
    ) {
        self.bytes = bytes
        records = text.records
        headerEnd = text.headerEnd
        oddLines = text.oddLines
        self.checksum = checksum
        self.timeZone = timeZone
        self.encryption = encryption
        self.notes = notes
    }

    /// One that did not come as text.
    init(_ objects: ObjectWriter, _ checksum: TelegramChecksum, encryption: TelegramEncryption?) {
        bytes = objects.bytes
        records = objects.records
        headerEnd = objects.headerEnd
        timeZone = objects.timeZone
        oddLines = 0
        notes = []
        self.checksum = checksum
        self.encryption = encryption
    }

    /// What stands behind the `/`: maker, baud rate character and type, e.g. `Lux5\253694471_M`.
    public var identification: String { String(bytes.span, min(1, headerEnd)..<headerEnd) }

    /// The text as it came, decrypted.
    public var text: String { String(bytes.span, 0..<bytes.count) }

    /// The meter's clock (0-0:1.0.0); nil when the meter has none or does not know the time.
    public var time: UTCInstant? {
        if let record = record(.meterTime) { return timeZone.time(record.stamp) }
        return writtenClock.flatMap { timeZone.time($0) }
    }

    /// Date and time of mode D, which stand in two registers.
    private var writtenClock: MeterTimeStamp? {
        guard let date = self[.localDate], let time = self[.localTime] else { return nil }
        // A seventh digit stands before: a season that they do not all keep.
        let digits = [date, time].map { $0.raw.utf8.filter { ASCII.isDigit($0) } }
        guard digits.allSatisfy({ (6...7).contains($0.count) }) else { return nil }
        return MeterTimeStamp(written: digits.flatMap { $0.suffix(6) })
    }

    /// The name by which this meter can be told from others: the logical device name, else the equipment identifier,
    /// the device address, else what the system title of the encrypted frame says; nil for meters that print none (Sweden).
    public var meterIdentifier: String? {
        for code in [.logicalDeviceName] + OBISCode.equipmentIdentifiers + [.deviceAddress] {
            if let text = self[code]?.valueString, !text.utf8.allSatisfy({ $0 == 0x20 }) { return text }
        }
        return encryption?.systemTitle.description
    }

    /// Its lines, in their order.
    public var objects: TelegramObjects { TelegramObjects(telegram: self) }

    /// The first object of this code.
    public subscript(code: OBISCode) -> TelegramObject? {
        record(code).map { TelegramObject(record: $0, bytes: bytes, timeZone: timeZone) }
    }

    /// The number of the first object of this code.
    public func quantity(_ code: OBISCode) -> Quantity? {
        guard let record = record(code), record.kind == .quantity else { return nil }
        return Quantity(coefficient: record.coefficient, decimals: record.decimals, unit: record.unit)
    }

    /// All numbers by their codes, at the meter's own time or, when it has none, at `received`, with those that follow
    /// from them: sums of tariffs, net power, the media of M-Bus channels, the peaks of the last months.
    public func reading(receivedAt received: UTCInstant) -> Reading {
        var reading = Reading(
            time: time ?? received, quantities: [OBISCode: Quantity](minimumCapacity: records.count + 16))
        for record in records {
            switch record.kind {
            case .quantity where reading.quantities[record.code] == nil:
                reading.ownTimes[record.code] = timeZone.time(record.stamp)
                reading.quantities[record.code] = Quantity(
                    coefficient: record.coefficient, decimals: record.decimals, unit: record.unit)
            case .text where record.code.holdsText, .characters where record.code.holdsText: add(record, to: &reading)
            case .list where record.code == PeakHistory.code:
                let range = Int(record.valuesStart)..<Int(record.valuesEnd)
                if let history = PeakHistory(bytes.span, range, timeZone: timeZone) { reading.add(history) }
            case .list where record.code == .currentLimits: add(record, to: &reading)
            default: break
            }
        }
        reading.addDerived()
        return reading
    }

    private func add(_ record: ObjectRecord, to reading: inout Reading) {
        let text = TelegramObject(record: record, bytes: bytes, timeZone: timeZone).valueString
        if !text.isEmpty, reading.texts[record.code] == nil { reading.texts[record.code] = text }
    }

    private func record(_ code: OBISCode) -> ObjectRecord? { records.first { $0.code == code } }
}

/// The objects of a telegram in their order.
public struct TelegramObjects: RandomAccessCollection, Sendable {
    let telegram: Telegram
    public var startIndex: Int { 0 }
    public var endIndex: Int { telegram.records.count }
    public subscript(position: Int) -> TelegramObject {
        TelegramObject(record: telegram.records[position], bytes: telegram.bytes, timeZone: telegram.timeZone)
    }
}

/// What is known from the encrypted frame around a telegram.
public struct TelegramEncryption: Hashable, Sendable {
    /// Who sent the frame.
    public let systemTitle: SystemTitle
    /// Goes up by one with each frame, and back to zero only when the key is changed (Luxmetering 3.2.5).
    public let frameCounter: UInt32
    /// Whether the authentication tag was there and matched. False only in ``TagCheck/crcOnly``.
    public let authenticated: Bool

    /// What the header of a frame says.
    public init(systemTitle: SystemTitle, frameCounter: UInt32, authenticated: Bool) {
        self.systemTitle = systemTitle
        self.frameCounter = frameCounter
        self.authenticated = authenticated
    }
}
