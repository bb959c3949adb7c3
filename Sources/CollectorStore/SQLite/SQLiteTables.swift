import FoundationEssentials
import GRDB
import LoadProfile
import MeterValues
import ServerEvents
import Timekeeping

/// The tables of the file inside a transaction: SQLite has one writer, so nothing needs to be held.
struct SQLiteTables: ProfileTables {
    fileprivate let database: Database

    init(_ database: Database) { self.database = database }

    fileprivate func statement(_ sql: String) throws -> Statement { try database.cachedStatement(sql: sql) }

    // MARK: Reading

    func hold(_ devices: [DeviceIdentifier]) throws -> [DeviceIdentifier: DeviceRow] {
        var rows: [DeviceIdentifier: DeviceRow] = [:]
        for device in devices { rows[device] = try find(device) ?? make(device) }
        return rows
    }

    private func find(_ device: DeviceIdentifier) throws -> DeviceRow? {
        try Row.fetchOne(
            statement("SELECT id, heard_at, counter, heard, missed, repeated, recent FROM device WHERE eui = ?"),
            arguments: [device.column]
        ).map {
            DeviceRow(
                key: $0["id"], heardAt: $0["heard_at"], tally: FrameTally(row: $0),
                recent: RecentUplinks(stored: Array($0["recent"] as Data)))
        }
    }

    private func make(_ device: DeviceIdentifier) throws -> DeviceRow {
        try statement(
            "INSERT INTO device (eui, fleet, server, application, name, heard_at) VALUES (?, '', '', '', '', ?)"
        ).execute(arguments: [device.column, DeviceRow.never])
        return DeviceRow(
            key: database.lastInsertedRowID, heardAt: DeviceRow.never, tally: FrameTally(), recent: RecentUplinks())
    }

    func registers(of devices: [Int64]) throws -> [RegisterPlace: RegisterRow] {
        let sql = "SELECT id, meter, name, coarsest_step, first, last, recent FROM register WHERE device = ?"
        var rows: [RegisterPlace: RegisterRow] = [:]
        for device in devices {
            let cursor = try Row.fetchCursor(statement(sql), arguments: [device])
            while let row = try cursor.next() {
                let (first, last): (Int64, Int64) = (row["first"], row["last"])
                rows[RegisterPlace(device: device, meter: row["meter"], name: row["name"])] = RegisterRow(
                    id: row["id"], coarsestStep: row["coarsest_step"],
                    known: QuarterHour(number: min(first, last))...QuarterHour(number: last),
                    recent: RecentBoundaries(stored: Array(row["recent"] as Data))
                        ?? RecentBoundaries(newest: QuarterHour(number: last).day))
            }
        }
        return rows
    }

    func days(_ places: [DayPlace]) throws -> [DayPlace: [UInt8]] {
        let select = try statement("SELECT content FROM day WHERE register = ? AND day = ?")
        var contents: [DayPlace: [UInt8]] = [:]
        for place in places {
            contents[place] = try Data.fetchOne(select, arguments: [place.register, place.day]).map(Array.init)
        }
        return contents
    }

    func breaks(of registers: [Int64]) throws -> [Int64: [SeriesBreak]] {
        var breaks: [Int64: [SeriesBreak]] = [:]
        for register in registers { breaks[register] = try .stored(of: register, database) }
        return breaks
    }

    // MARK: Writing

    func save(_ devices: [DeviceRow]) throws {
        let counts = "counter = ?, heard = ?, missed = ?, repeated = ?, recent = ?"
        let counted = try statement("UPDATE device SET \(counts) WHERE id = ?")
        let placed = try statement(
            """
            UPDATE device SET \(counts), fleet = ?, server = ?, application = ?, name = ?, topic = coalesce(?, topic),
                heard_at = ?, gateway = ?, signal = ?, noise_ratio = ?, spreading_factor = ?, bandwidth = ? WHERE id = ?
            """)
        for device in devices {
            let tally = device.tally
            let numbers: StatementArguments = [
                tally.newest.map { Int64($0) }, tally.heard, tally.missed, tally.repeated, Data(device.recent.stored),
            ]
            guard let uplink = device.uplink else {
                try counted.execute(arguments: numbers + [device.key])
                continue
            }
            let (address, radio) = (uplink.event.address, uplink.event.radio)
            try placed.execute(
                arguments: numbers + [
                    uplink.fleet, address.server.rawValue, address.application, address.name, uplink.topic,
                    device.heardAt, radio.gateway, radio.signal, radio.noiseRatio, radio.spreadingFactor,
                    radio.bandwidth, device.key,
                ])
        }
    }

    func insert(_ registers: [(place: RegisterPlace, row: RegisterRow)]) throws -> [RegisterPlace: Int64] {
        let insert = try statement(
            """
            INSERT INTO register (device, meter, name, unit, coarsest_step, first, last, recent)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """)
        var identifiers: [RegisterPlace: Int64] = [:]
        for (place, row) in registers {
            try insert.execute(
                arguments: [
                    place.device, place.meter, place.name, row.unit?.symbol, row.coarsestStep,
                    row.known.lowerBound.number, row.known.upperBound.number, Data(row.recent.stored),
                ])
            identifiers[place] = database.lastInsertedRowID
        }
        return identifiers
    }

    func save(_ registers: [Int64: RegisterRow]) throws {
        let update = try statement(
            "UPDATE register SET coarsest_step = ?, first = ?, last = ?, recent = ? WHERE id = ?")
        for (id, row) in registers {
            try update.execute(
                arguments: [
                    row.coarsestStep, row.known.lowerBound.number, row.known.upperBound.number,
                    Data(row.recent.stored), id,
                ])
        }
    }

    func save(_ days: [DayPlace: [UInt8]]) throws {
        let insert = try statement("INSERT OR REPLACE INTO day (register, day, content) VALUES (?, ?, ?)")
        for (place, content) in days {
            try insert.execute(arguments: [place.register, place.day, Data(content)])
        }
    }

    func save(_ breaks: [Int64: [SeriesBreak]]) throws {
        for (register, breaks) in breaks {
            try statement("DELETE FROM series_break WHERE register = ?").execute(arguments: [register])
            for each in breaks {
                try statement("INSERT INTO series_break (register, after, until) VALUES (?, ?, ?)").execute(
                    arguments: [register, each.after.number, each.until.number])
            }
        }
    }

    func add(_ messages: [MessageRow]) throws {
        for message in messages {
            try statement("INSERT OR IGNORE INTO message (device, at, kind, json) VALUES (?, ?, ?, ?)").execute(
                arguments: [message.device, message.at, message.kind, message.json])
        }
    }

    func add(_ troubles: [StoredTrouble]) throws {
        let sql = """
            INSERT INTO trouble (kind, count, at, text) VALUES (?, ?, ?, ?)
            ON CONFLICT (kind) DO UPDATE SET count = count + excluded.count, at = excluded.at, text = excluded.text
            """
        for trouble in troubles {
            try statement(sql).execute(
                arguments: [trouble.kind, trouble.count, trouble.at.secondsSince1970, trouble.text])
        }
    }
}

// MARK: What follows from days

extension SQLiteTables {
    func mark(_ days: [DayPlace]) throws {
        let followers = try Int64.fetchAll(statement("SELECT id FROM follower"))
        guard !followers.isEmpty else { return }
        let note = try statement(
            """
            INSERT INTO unsent (follower, register, day, version) VALUES (?, ?, ?, 1)
            ON CONFLICT DO UPDATE SET version = version + 1
            """)
        for follower in followers {
            for place in days { try note.execute(arguments: [follower, place.register, place.day]) }
        }
    }

    /// Of a store that was made before they were kept.
    func fillRecent() throws {
        let registers = try Row.fetchAll(database, sql: "SELECT id, last FROM register")
        for register in registers {
            let (id, last): (Int64, Int64) = (register["id"], register["last"])
            let newest = QuarterHour(number: last).day
            var recent = RecentBoundaries(newest: newest)
            let places = (0..<Int64(RecentBoundaries.days)).map { DayPlace(register: id, day: newest - $0) }
            for (place, content) in try days(places) {
                recent.note(try ProfileDay(stored: content), on: place.day)
            }
            try statement("UPDATE register SET recent = ? WHERE id = ?").execute(
                arguments: [Data(recent.stored), id])
        }
    }
}

extension [SeriesBreak] {
    static func stored(of register: Int64, _ database: Database) throws -> Self {
        try Row.fetchAll(
            database.cachedStatement(
                sql: "SELECT after, until FROM series_break WHERE register = ? ORDER BY after, until"),
            arguments: [register]
        ).map { SeriesBreak(after: QuarterHour(number: $0["after"]), until: QuarterHour(number: $0["until"])) }
    }
}

extension FrameTally {
    init(row: Row) {
        self.init(
            newest: (row["counter"] as Int64?).flatMap { UInt32(exactly: $0) }, heard: row["heard"],
            missed: row["missed"], repeated: row["repeated"])
    }
}
