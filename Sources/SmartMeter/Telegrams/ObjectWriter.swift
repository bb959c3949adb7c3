import Ciphers
import MeterValues
import Timekeeping

/// Writes the objects of a message that is no text as records of a ``Telegram``, with their lines as a P1 meter would print them.
struct ObjectWriter {
    private(set) var bytes: [UInt8]
    private(set) var records: [ObjectRecord] = []
    let headerEnd: Int
    let timeZone: MeterTimeZone

    /// - Parameter title: what identifies the sender, in place of a P1 meter's identification.
    init(title: String, timeZone: MeterTimeZone) {
        bytes = [ASCII.slash] + title.utf8.filter { ASCII.isPrintable($0) }
        headerEnd = bytes.count
        self.timeZone = timeZone
        append("\r\n\r\n")
    }

    func has(_ code: OBISCode) -> Bool { records.contains { $0.code == code } }

    mutating func add(_ code: OBISCode, _ quantity: Quantity) {
        var record = begin(code)
        (record.coefficient, record.decimals, record.unit) = (quantity.coefficient, quantity.decimals, quantity.unit)
        record.kind = .quantity
        append(quantity.decimalString)
        if quantity.unit != .none { append("*\(quantity.unit.symbol)") }
        end(record)
    }

    /// In the hour that comes twice a stamp without a season is none, as in text.
    mutating func add(_ code: OBISCode, _ stamp: MeterTimeStamp) {
        var record = begin(code)
        record.kind = .time
        record.stamp = stamp
        append(timeZone.time(stamp)?.description ?? "")
        end(record)
    }

    /// Characters as they are, others as hexadecimal digits. NULs behind characters fill a field of fixed length.
    mutating func add(_ code: OBISCode, octets: some BidirectionalCollection<UInt8>) {
        let characters = octets.reversed().drop { $0 == ASCII.nul }.reversed()
        let octets = characters.allSatisfy(Self.isPlain) ? Array(characters) : Array(octets)
        var record = begin(code)
        record.kind = .text
        // Registers of text are printed by their octets (Sn), as in P1.
        if code.holdsOctets || !octets.allSatisfy(Self.isPlain) {
            append(Array(octets).hex.uppercased())
        } else {
            bytes.append(contentsOf: octets)
        }
        end(record)
    }

    /// Printable, and no bracket that would end the value.
    private static func isPlain(_ byte: UInt8) -> Bool {
        ASCII.isPrintable(byte) && byte != ASCII.open && byte != ASCII.close
    }

    private mutating func begin(_ code: OBISCode) -> ObjectRecord {
        append(code.description)
        let record = ObjectRecord(code: code, valuesStart: UInt32(truncatingIfNeeded: bytes.count))
        append("(")
        return record
    }

    private mutating func end(_ record: ObjectRecord) {
        append(")")
        var record = record
        record.valuesEnd = UInt32(truncatingIfNeeded: bytes.count)
        records.append(record)
        append("\r\n")
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }
}
