import GRDB

/// Copies what can be read of one table: from its beginning, past what is damaged, and from its end.
struct TableRescue {
    let table: String
    let source: DatabaseQueue
    let fresh: DatabaseQueue
    /// Called with the rows of this table that have been read so far.
    let progress: (Int) -> Void

    /// Rows that are stored at once: a page or ten.
    private static let portion = 500

    /// - Returns: how many rows.
    /// - Throws: what the new file has against it.
    func copy() throws -> Int {
        guard let layout = try layout() else { return 0 }
        var copied = 0
        let wholeFromBegin = try copy(layout, order: .ascending, &copied)
        if !wholeFromBegin { _ = try copy(layout, order: .descending, &copied) }
        return copied
    }

    private enum Order: String {
        case ascending = "ASC"
        case descending = "DESC"

        var comparison: String { self == .ascending ? ">" : "<" }
    }

    private struct Layout {
        let columns: [String]
        let keys: [String]

        var list: String { columns.joined(separator: ", ") }
        var keyPositions: [Int] { keys.compactMap { columns.firstIndex(of: $0) } }
    }

    /// nil where the old file has no such table, or can't say.
    private func layout() throws -> Layout? {
        let (keys, wanted) = try fresh.read { database in
            (try database.primaryKey(table).columns, try database.columns(in: table).map(\.name))
        }
        do {
            let present = try Retry.whileDiskFails {
                try source.read { try $0.tableExists(table) ? $0.columns(in: table).map(\.name) : [] }
            }
            guard keys.allSatisfy(present.contains) else { return nil }
            return Layout(columns: wanted.filter(present.contains), keys: keys)
        } catch  where !Retry.isPassing(error) {
            return nil
        }
    }

    /// - Returns: whether the end was reached.
    private func copy(_ layout: Layout, order: Order, _ copied: inout Int) throws -> Bool {
        var (last, failures) = ([DatabaseValue]?.none, 0)
        while true {
            let portion = read(layout, order, after: last)
            if let newest = portion.rows.last {
                copied += try store(portion.rows, layout)
                last = layout.keyPositions.map { newest[$0] }
                failures = 0
                progress(copied)
            }
            switch portion.end {
            case nil where portion.rows.count < Self.portion: return true
            case nil: break
            case .some(let error) where Retry.isPassing(error) && failures < Self.mostFailures:
                Retry.pause(after: failures)
                failures += 1
            case .some: return false
            }
        }
    }

    /// At one place: a disk that still refuses it then has lost it.
    private static let mostFailures = 20

    private func read(
        _ layout: Layout, _ order: Order, after last: [DatabaseValue]?
    ) -> (rows: [[DatabaseValue]], end: (any Error)?) {
        var rows: [[DatabaseValue]] = []
        let keys = layout.keys.joined(separator: ", ")
        let marks = layout.keys.map { _ in "?" }.joined(separator: ", ")
        let place = last == nil ? "" : "WHERE (\(keys)) \(order.comparison) (\(marks))"
        let sort = layout.keys.map { "\($0) \(order.rawValue)" }.joined(separator: ", ")
        do {
            try source.read { database in
                let found = try Row.fetchCursor(
                    database,
                    sql: "SELECT \(layout.list) FROM \(table) \(place) ORDER BY \(sort) LIMIT \(Self.portion)",
                    arguments: StatementArguments(last ?? []))
                while let row = try found.next() { rows.append(Array(row.databaseValues)) }
            }
            return (rows, nil)
        } catch {
            return (rows, error)
        }
    }

    private func store(_ rows: [[DatabaseValue]], _ layout: Layout) throws -> Int {
        try Retry.whileDiskFails {
            try fresh.write { database in
                let marks = layout.columns.map { _ in "?" }.joined(separator: ", ")
                let statement = try database.makeStatement(
                    sql: "INSERT OR IGNORE INTO \(table) (\(layout.list)) VALUES (\(marks))")
                let before = database.totalChangesCount
                for values in rows { try statement.execute(arguments: StatementArguments(values)) }
                return database.totalChangesCount - before
            }
        }
    }
}
