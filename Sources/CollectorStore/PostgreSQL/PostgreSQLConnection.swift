import CPostgreSQL

/// Why a statement was not carried out.
struct PostgreSQLFailure: Error {
    /// SQLSTATE, five characters; empty where the server said none.
    let state: String
    let reason: String
    /// The connection is of no use any more.
    let isLost: Bool

    /// Two transactions waited for each other, and this one gave way: it may be tried again at once.
    var isTransient: Bool { state == "40P01" || state == "40001" }
}

/// A connection by libpq, which is taken in when the first is made. For one thread at a time.
final class PostgreSQLConnection {
    private let connection: OpaquePointer

    /// - Parameter password: nil for that of the URL, or of libpq's own files.
    init(url: String, password: String?) throws(PostgreSQLFailure) {
        var reason = [CChar](repeating: 0, count: 512)
        guard let connection = p1lora_pq_connect(url, password, &reason, reason.count) else {
            let text = String(decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            throw PostgreSQLFailure(state: "", reason: text, isLost: true)
        }
        self.connection = connection
    }

    deinit { p1lora_pq_close(connection) }

    private var failure: PostgreSQLFailure {
        PostgreSQLFailure(
            state: String(cString: p1lora_pq_state(connection)), reason: String(cString: p1lora_pq_reason(connection)),
            isLost: p1lora_pq_is_lost(connection))
    }

    /// Statements without parameters and answers.
    func run(_ sql: String) throws(PostgreSQLFailure) {
        guard p1lora_pq_run(connection, sql) else { throw failure }
    }

    /// - Parameter name: of the statement, which is prepared once: another text needs another name.
    @discardableResult
    func query(
        _ name: String, _ sql: String, _ values: [PostgreSQLValue] = []
    ) throws(PostgreSQLFailure) -> [PostgreSQLRow] {
        let result = try execute(name, sql, values)
        defer { p1lora_pq_free(result) }
        return (0..<p1lora_pq_rows(result)).map { Self.row($0, of: result) }
    }

    /// - Returns: how many rows it touched.
    @discardableResult
    func change(
        _ name: String, _ sql: String, _ values: [PostgreSQLValue] = []
    ) throws(PostgreSQLFailure) -> Int {
        let result = try execute(name, sql, values)
        defer { p1lora_pq_free(result) }
        return Int(p1lora_pq_touched(result))
    }

    private func execute(
        _ name: String, _ sql: String, _ values: [PostgreSQLValue]
    ) throws(PostgreSQLFailure) -> OpaquePointer {
        // All bytes in one piece, which stays where it is until the call returns; the last one is an address for what is empty.
        let bytes: [UInt8] = values.compactMap(\.bytes).joined() + [0]
        let result = bytes.withUnsafeBufferPointer { all in
            var place = 0
            let parameters = values.map { value -> p1lora_pq_value in
                let count = value.bytes?.count ?? 0
                defer { place += count }
                let start: UnsafePointer<UInt8>? = value.bytes == nil ? nil : all.baseAddress.map { $0 + place }
                return p1lora_pq_value(type: value.type, bytes: start, count: Int32(clamping: count))
            }
            return p1lora_pq_query(connection, name, sql, parameters, Int32(clamping: parameters.count))
        }
        guard let result else { throw failure }
        return result
    }

    private static func row(_ number: Int32, of result: OpaquePointer) -> PostgreSQLRow {
        var columns: [[UInt8]?] = []
        for column in 0..<p1lora_pq_columns(result) {
            var count: Int32 = 0
            let bytes = p1lora_pq_column(result, number, column, &count)
            columns.append(bytes.map { Array(UnsafeBufferPointer(start: $0, count: Int(count))) })
        }
        return PostgreSQLRow(columns: columns)
    }

    /// - Parameter sql: COPY ... FROM STDIN (FORMAT binary).
    func copy(_ sql: String, _ rows: some Sequence<[PostgreSQLValue]>) throws(PostgreSQLFailure) {
        let bytes = PostgreSQLValue.copyBytes(rows)
        guard p1lora_pq_copy(connection, sql, bytes, bytes.count) else { throw failure }
    }
}
