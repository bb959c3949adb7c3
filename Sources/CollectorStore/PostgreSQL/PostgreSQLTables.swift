import LoadProfile
import MeterValues
import ServerEvents
import Timekeeping

/// The tables of the database inside a transaction, each read and written with one statement a batch.
///
/// Whoever holds a device's row writes alone what belongs to it; rows are held in the order of their keys, so that two who
/// want the same wait and do not block each other.
struct PostgreSQLTables: ProfileTables {
    private let connection: PostgreSQLConnection

    init(_ connection: PostgreSQLConnection) { self.connection = connection }

    // MARK: Reading

    func hold(_ devices: [DeviceIdentifier]) throws -> [DeviceIdentifier: DeviceRow] {
        var rows = try find(devices)
        let new = devices.filter { rows[$0] == nil }
        guard !new.isEmpty else { return rows }
        try connection.change(
            "make devices",
            """
            INSERT INTO device (eui, fleet, server, application, name, heard_at)
            SELECT eui, '', '', '', '', $2 FROM unnest($1) AS new (eui) ORDER BY eui ON CONFLICT DO NOTHING
            """, [.integers(new.map(\.column)), .integer(DeviceRow.never)])
        // Another worker may have made some of them, and filled them.
        rows.merge(try find(new)) { $1 }
        return rows
    }

    private func find(_ devices: [DeviceIdentifier]) throws -> [DeviceIdentifier: DeviceRow] {
        let rows = try connection.query(
            "hold devices",
            """
            SELECT eui, heard_at, counter, heard, missed, repeated, recent FROM device WHERE eui = ANY ($1)
            ORDER BY eui FOR NO KEY UPDATE
            """, [.integers(devices.map(\.column))])
        var found: [DeviceIdentifier: DeviceRow] = [:]
        for row in rows {
            guard let key = row.integer(0) else { continue }
            found[DeviceIdentifier(column: key)] = DeviceRow(
                key: key, heardAt: row.integer(1) ?? DeviceRow.never, tally: FrameTally(row, from: 2),
                recent: RecentUplinks(stored: row.blob(6) ?? []))
        }
        return found
    }

    func registers(of devices: [Int64]) throws -> [RegisterPlace: RegisterRow] {
        let rows = try connection.query(
            "find registers",
            "SELECT device, meter, name, id, coarsest_step, first, last, recent FROM register WHERE device = ANY ($1)",
            [.integers(devices)])
        var found: [RegisterPlace: RegisterRow] = [:]
        for row in rows {
            guard let device = row.integer(0), let meter = row.text(1), let name = row.text(2),
                let first = row.integer(5), let last = row.integer(6)
            else { continue }
            found[RegisterPlace(device: device, meter: meter, name: name)] = RegisterRow(
                id: row.integer(3), coarsestStep: row.integer(4) ?? 1,
                known: QuarterHour(number: min(first, last))...QuarterHour(number: last),
                recent: RecentBoundaries(stored: row.blob(7) ?? [])
                    ?? RecentBoundaries(newest: QuarterHour(number: last).day))
        }
        return found
    }

    func days(_ places: [DayPlace]) throws -> [DayPlace: [UInt8]] {
        let rows = try connection.query(
            "find days",
            """
            SELECT day.register, day.day, day.content FROM unnest($1, $2) AS wanted (register, day)
            JOIN day ON day.register = wanted.register AND day.day = wanted.day
            """, [.integers(places.map(\.register)), .integers(places.map(\.day))])
        var found: [DayPlace: [UInt8]] = [:]
        for row in rows {
            guard let register = row.integer(0), let day = row.integer(1) else { continue }
            found[DayPlace(register: register, day: day)] = row.blob(2)
        }
        return found
    }

    func breaks(of registers: [Int64]) throws -> [Int64: [SeriesBreak]] {
        let rows = try connection.query(
            "find breaks",
            "SELECT register, after, until FROM series_break WHERE register = ANY ($1) ORDER BY register, after, until",
            [.integers(registers)])
        var found: [Int64: [SeriesBreak]] = [:]
        for row in rows {
            guard let register = row.integer(0), let after = row.integer(1), let until = row.integer(2) else {
                continue
            }
            found[register, default: []].append(
                SeriesBreak(after: QuarterHour(number: after), until: QuarterHour(number: until)))
        }
        return found
    }

    // MARK: Writing

    func save(_ devices: [DeviceRow]) throws {
        try connection.change(
            "save counts",
            """
            UPDATE device SET counter = new.counter, heard = new.heard, missed = new.missed, repeated = new.repeated,
                recent = new.recent
            FROM unnest($1, $2, $3, $4, $5, $6) AS new (eui, counter, heard, missed, repeated, recent)
            WHERE device.eui = new.eui
            """, counts(devices))
        let placed = devices.filter { $0.uplink != nil }
        guard !placed.isEmpty else { return }
        let events = placed.compactMap { $0.uplink?.event }
        try connection.change(
            "save places",
            """
            UPDATE device SET fleet = new.fleet, server = new.server, application = new.application, name = new.name,
                topic = coalesce(new.topic, device.topic), heard_at = new.heard_at, gateway = new.gateway,
                signal = new.signal, noise_ratio = new.noise_ratio, spreading_factor = new.spreading_factor,
                bandwidth = new.bandwidth
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) AS new (eui, fleet, server, application, name,
                topic, heard_at, gateway, signal, noise_ratio, spreading_factor, bandwidth)
            WHERE device.eui = new.eui
            """,
            [
                .integers(placed.map(\.key)), .texts(placed.map { $0.uplink?.fleet }),
                .texts(events.map(\.address.server.rawValue)), .texts(events.map(\.address.application)),
                .texts(events.map(\.address.name)), .texts(placed.map { $0.uplink?.topic }),
                .integers(placed.map(\.heardAt)), .texts(events.map(\.radio.gateway)),
                .numbers(events.map(\.radio.signal)), .numbers(events.map(\.radio.noiseRatio)),
                .integers(events.map { $0.radio.spreadingFactor.map { Int64($0) } }),
                .integers(events.map { $0.radio.bandwidth.map { Int64($0) } }),
            ])
    }

    private func counts(_ devices: [DeviceRow]) -> [PostgreSQLValue] {
        [
            .integers(devices.map(\.key)), .integers(devices.map { $0.tally.newest.map { Int64($0) } }),
            .integers(devices.map(\.tally.heard)), .integers(devices.map(\.tally.missed)),
            .integers(devices.map(\.tally.repeated)), .blobs(devices.map(\.recent.stored)),
        ]
    }

    func insert(_ registers: [(place: RegisterPlace, row: RegisterRow)]) throws -> [RegisterPlace: Int64] {
        let rows = try connection.query(
            "insert registers",
            """
            INSERT INTO register (device, meter, name, unit, coarsest_step, first, last, recent)
            SELECT device, meter, name, unit, step, first, last, recent FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
                WITH ORDINALITY AS new (device, meter, name, unit, step, first, last, recent, number) ORDER BY number
            RETURNING id, device, meter, name
            """,
            [
                .integers(registers.map(\.place.device)), .texts(registers.map(\.place.meter)),
                .texts(registers.map(\.place.name)), .texts(registers.map { $0.row.unit?.symbol }),
                .integers(registers.map(\.row.coarsestStep)), .integers(registers.map(\.row.known.lowerBound.number)),
                .integers(registers.map(\.row.known.upperBound.number)), .blobs(registers.map(\.row.recent.stored)),
            ])
        var identifiers: [RegisterPlace: Int64] = [:]
        for row in rows {
            guard let device = row.integer(1), let meter = row.text(2), let name = row.text(3) else { continue }
            identifiers[RegisterPlace(device: device, meter: meter, name: name)] = row.integer(0)
        }
        return identifiers
    }

    func save(_ registers: [Int64: RegisterRow]) throws {
        let rows = Array(registers)
        try connection.change(
            "save registers",
            """
            UPDATE register SET coarsest_step = new.step, first = new.first, last = new.last, recent = new.recent
            FROM unnest($1, $2, $3, $4, $5) AS new (id, step, first, last, recent) WHERE register.id = new.id
            """,
            [
                .integers(rows.map(\.key)), .integers(rows.map(\.value.coarsestStep)),
                .integers(rows.map(\.value.known.lowerBound.number)),
                .integers(rows.map(\.value.known.upperBound.number)), .blobs(rows.map(\.value.recent.stored)),
            ])
    }

    func save(_ days: [DayPlace: [UInt8]]) throws {
        try connection.copy(
            "COPY staged_day FROM STDIN (FORMAT binary)",
            days.map { [.integer($0.register), .integer($0.day), .blob($1)] })
        try connection.change(
            "save days",
            """
            INSERT INTO day (register, day, content) SELECT register, day, content FROM staged_day
            ON CONFLICT (register, day) DO UPDATE SET content = excluded.content
            """)
    }

    /// The days are staged still.
    func mark(_ days: [DayPlace]) throws {
        try connection.change(
            "mark days",
            """
            INSERT INTO unsent (follower, register, day, version)
            SELECT follower.id, register, day, 1 FROM staged_day CROSS JOIN follower
            ON CONFLICT (follower, register, day) DO UPDATE SET version = unsent.version + 1
            """)
    }

    /// Of a store that was made before they were kept.
    func fillRecent() throws {
        let registers = try connection.query("last of registers", "SELECT id, last FROM register")
        for register in registers {
            guard let id = register.integer(0), let last = register.integer(1) else { continue }
            let newest = QuarterHour(number: last).day
            var recent = RecentBoundaries(newest: newest)
            let places = (0..<Int64(RecentBoundaries.days)).map { DayPlace(register: id, day: newest - $0) }
            for (place, content) in try days(places) { recent.note(try ProfileDay(stored: content), on: place.day) }
            try connection.change(
                "fill recent", "UPDATE register SET recent = $1 WHERE id = $2", [.blob(recent.stored), .integer(id)])
        }
    }

    func save(_ breaks: [Int64: [SeriesBreak]]) throws {
        try connection.change(
            "delete breaks", "DELETE FROM series_break WHERE register = ANY ($1)", [.integers(Array(breaks.keys))])
        let all = breaks.flatMap { register, breaks in breaks.map { (register: register, value: $0) } }
        try connection.change(
            "insert breaks",
            """
            INSERT INTO series_break (register, after, until)
            SELECT register, after, until FROM unnest($1, $2, $3) AS new (register, after, until)
            """,
            [
                .integers(all.map(\.register)), .integers(all.map(\.value.after.number)),
                .integers(all.map(\.value.until.number)),
            ])
    }

    func add(_ messages: [MessageRow]) throws {
        try connection.change(
            "add messages",
            """
            INSERT INTO message (device, at, kind, json)
            SELECT device, at, kind, json FROM unnest($1, $2, $3, $4) AS new (device, at, kind, json) ON CONFLICT DO NOTHING
            """,
            [
                .integers(messages.map(\.device)), .integers(messages.map(\.at)), .texts(messages.map(\.kind)),
                .texts(messages.map(\.json)),
            ])
    }

    func add(_ troubles: [StoredTrouble]) throws {
        for trouble in troubles.sorted(by: { $0.kind < $1.kind }) {
            try connection.change(
                "add trouble",
                """
                INSERT INTO trouble (kind, count, at, text) VALUES ($1, $2, $3, $4)
                ON CONFLICT (kind) DO UPDATE SET count = trouble.count + excluded.count, at = excluded.at,
                    text = excluded.text
                """,
                [
                    .text(trouble.kind), .integer(trouble.count), .integer(trouble.at.secondsSince1970),
                    .text(trouble.text),
                ])
        }
    }
}

extension FrameTally {
    /// - Parameter place: of counter, heard, missed and repeated, in this order.
    init(_ row: PostgreSQLRow, from place: Int) {
        self.init(
            newest: row.integer(place).flatMap { UInt32(exactly: $0) }, heard: row.integer(place + 1) ?? 0,
            missed: row.integer(place + 2) ?? 0, repeated: row.integer(place + 3) ?? 0)
    }
}
