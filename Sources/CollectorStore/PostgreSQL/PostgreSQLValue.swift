/// A value as PostgreSQL takes and gives it in binary form: numbers with the highest byte first.
struct PostgreSQLValue {
    /// The type's number in pg_type, which is the same in each database.
    let type: UInt32
    /// nil for SQL's NULL.
    let bytes: [UInt8]?

    private static let (integerType, textType, bytesType, numberType) = (
        UInt32(20), UInt32(25), UInt32(17), UInt32(701)
    )
    private static let (integersType, textsType, blobsType, numbersType) = (
        UInt32(1_016), UInt32(1_009), UInt32(1_001), UInt32(1_022)
    )

    /// bigint.
    static func integer(_ number: Int64?) -> Self { Self(type: integerType, bytes: number.map { $0.bigEndianBytes }) }
    static func text(_ text: String?) -> Self { Self(type: textType, bytes: text.map(utf8)) }
    /// bytea.
    static func blob(_ bytes: [UInt8]?) -> Self { Self(type: bytesType, bytes: bytes) }
    /// double precision.
    static func number(_ number: Double?) -> Self {
        Self(type: numberType, bytes: number.map { $0.bitPattern.bigEndianBytes })
    }

    static func integers(_ numbers: [Int64?]) -> Self {
        array(numbers.map { integer($0) }, integersType, of: integerType)
    }
    static func texts(_ texts: [String?]) -> Self { array(texts.map { text($0) }, textsType, of: textType) }
    static func blobs(_ blobs: [[UInt8]?]) -> Self { array(blobs.map { blob($0) }, blobsType, of: bytesType) }
    static func numbers(_ numbers: [Double?]) -> Self { array(numbers.map { number($0) }, numbersType, of: numberType) }

    /// A text of PostgreSQL can't hold the character 0.
    private static func utf8(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        return bytes.contains(0) ? Array(text.replacing("\0", with: "\u{FFFD}").utf8) : bytes
    }

    /// Of one dimension that begins at 1 (array_recv of PostgreSQL).
    private static func array(_ values: [Self], _ type: UInt32, of element: UInt32) -> Self {
        var bytes = Int32(values.isEmpty ? 0 : 1).bigEndianBytes
        bytes += Int32(values.contains { $0.bytes == nil } ? 1 : 0).bigEndianBytes
        bytes += element.bigEndianBytes
        if !values.isEmpty { bytes += Int32(clamping: values.count).bigEndianBytes + Int32(1).bigEndianBytes }
        for value in values { value.append(to: &bytes) }
        return Self(type: type, bytes: bytes)
    }

    private func append(to bytes: inout [UInt8]) {
        guard let mine = self.bytes else {
            bytes += Int32(-1).bigEndianBytes
            return
        }
        bytes += Int32(clamping: mine.count).bigEndianBytes
        bytes += mine
    }

    /// Rows as `COPY ... FROM STDIN (FORMAT binary)` takes them.
    static func copyBytes(_ rows: some Sequence<[Self]>) -> [UInt8] {
        var bytes = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00] + [UInt8](repeating: 0, count: 8)
        for row in rows {
            bytes += Int16(clamping: row.count).bigEndianBytes
            for value in row { value.append(to: &bytes) }
        }
        return bytes + Int16(-1).bigEndianBytes
    }
}

extension FixedWidthInteger {
    fileprivate var bigEndianBytes: [UInt8] {
        (0..<Self.bitWidth / 8).map { UInt8(truncatingIfNeeded: self >> (Self.bitWidth - 8 * ($0 + 1))) }
    }
}

/// A row of an answer. A place that has no value of the type that is asked for reads as nil.
struct PostgreSQLRow {
    let columns: [[UInt8]?]

    private func column(_ place: Int) -> [UInt8]? { columns.indices.contains(place) ? columns[place] : nil }

    /// smallint, integer and bigint.
    func integer(_ place: Int) -> Int64? {
        guard let bytes = column(place), [2, 4, 8].contains(bytes.count) else { return nil }
        let bits = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let unused = 64 - 8 * bytes.count
        return Int64(bitPattern: bits << UInt64(unused)) >> Int64(unused)
    }

    func text(_ place: Int) -> String? { column(place).map { String(decoding: $0, as: UTF8.self) } }
    func blob(_ place: Int) -> [UInt8]? { column(place) }

    func number(_ place: Int) -> Double? {
        guard let bytes = column(place), bytes.count == 8 else { return nil }
        return Double(bitPattern: bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }

    func boolean(_ place: Int) -> Bool { column(place) == [1] }
}
