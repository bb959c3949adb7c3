import Foundation
import GRDB
import LoadProfile
import MeterValues
import ServerEvents
import Timekeeping

/// One transaction's changes. Days that several uplinks touch are read and written once.
struct BatchWriter {
    private struct Place: Hashable {
        let device: Int64
        let meter: String
        let name: String
    }

    private struct Register {
        let id: Int64
        var profile: RegisterProfile
        var known: ClosedRange<QuarterHour>
        /// Days that were looked for in the file.
        var loaded: Set<Int64> = []
        var changed: Set<Int64> = []
        var breaksChanged = false
        var isNew: Bool
    }

    private let database: Database
    private var registers: [Place: Register] = [:]

    init(_ database: Database) { self.database = database }

    mutating func take(_ uplink: StoredUplink) throws -> UplinkOutcome {
        var outcome = UplinkOutcome()
        let device = try note(uplink, &outcome)
        for report in uplink.registers {
            let merge = try take(report, of: device)
            outcome.added += merge.added
            outcome.contradictions += merge.contradictions.count
        }
        if let message = uplink.message {
            try statement("INSERT OR IGNORE INTO message (device, at, kind, json) VALUES (?, ?, ?, ?)").execute(
                arguments: [device, uplink.receivedAt.secondsSince1970, message.kind, message.json])
        }
        return outcome
    }

    func take(_ trouble: StoredTrouble) throws {
        let sql = """
            INSERT INTO trouble (kind, count, at, text) VALUES (?, ?, ?, ?)
            ON CONFLICT (kind) DO UPDATE SET count = count + excluded.count, at = excluded.at, text = excluded.text
            """
        try statement(sql).execute(
            arguments: [trouble.kind, trouble.count, trouble.at.secondsSince1970, trouble.text])
    }

    private func statement(_ sql: String) throws -> Statement { try database.cachedStatement(sql: sql) }

    // MARK: Devices

    private func note(_ uplink: StoredUplink, _ outcome: inout UplinkOutcome) throws -> Int64 {
        let event = uplink.event
        let row = try Row.fetchOne(
            statement("SELECT id, heard_at, counter, heard, missed, repeated, recent FROM device WHERE eui = ?"),
            arguments: [event.device.column])
        var tally = row.map { FrameTally(row: $0) } ?? FrameTally()
        var recent = RecentUplinks(stored: row.map { Array($0["recent"] as Data) } ?? [])
        outcome.isRepeated = !recent.insert(event.identity)
        if outcome.isRepeated { tally.repeated += 1 } else { tally.take(event.counter) }
        let seconds = uplink.receivedAt.secondsSince1970
        guard let row else { return try insert(uplink, tally, recent, at: seconds) }
        let id: Int64 = row["id"]
        let counts = "counter = ?, heard = ?, missed = ?, repeated = ?, recent = ?"
        let numbers: StatementArguments = [
            tally.newest.map { Int64($0) }, tally.heard, tally.missed, tally.repeated, Data(recent.stored),
        ]
        // An older one says nothing of how things stand.
        guard seconds >= row["heard_at"] as Int64 else {
            try statement("UPDATE device SET \(counts) WHERE id = ?").execute(arguments: numbers + [id])
            return id
        }
        try statement(
            """
            UPDATE device SET \(counts), fleet = ?, server = ?, application = ?, name = ?, topic = coalesce(?, topic),
                heard_at = ?, gateway = ?, signal = ?, noise_ratio = ?, spreading_factor = ?, bandwidth = ? WHERE id = ?
            """
        ).execute(arguments: numbers + place(uplink, at: seconds) + [id])
        return id
    }

    private func insert(
        _ uplink: StoredUplink, _ tally: FrameTally, _ recent: RecentUplinks, at seconds: Int64
    ) throws -> Int64 {
        try statement(
            """
            INSERT INTO device (eui, counter, heard, missed, repeated, recent, fleet, server, application, name, topic,
                heard_at, gateway, signal, noise_ratio, spreading_factor, bandwidth)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        ).execute(
            arguments: [
                uplink.event.device.column, tally.newest.map { Int64($0) }, tally.heard, tally.missed, tally.repeated,
                Data(recent.stored),
            ] + place(uplink, at: seconds))
        return database.lastInsertedRowID
    }

    private func place(_ uplink: StoredUplink, at seconds: Int64) -> StatementArguments {
        let (address, radio) = (uplink.event.address, uplink.event.radio)
        return [
            uplink.fleet, address.server.rawValue, address.application, address.name, uplink.topic, seconds,
            radio.gateway, radio.signal, radio.noiseRatio, radio.spreadingFactor, radio.bandwidth,
        ]
    }

    // MARK: Registers

    private mutating func take(_ report: RegisterReport, of device: Int64) throws -> RegisterProfile.Merge {
        guard let newest = report.places.compactMap(\.self).first?.boundary else { return RegisterProfile.Merge() }
        let place = Place(device: device, meter: report.meter, name: report.register)
        var register = try registers[place] ?? find(place) ?? insert(place, report, newest)
        for day in report.oldest.day...report.newest.day where register.loaded.insert(day).inserted {
            try load(day, into: &register)
        }
        let merge = register.profile.merge(report)
        let oldest = report.places.last { $0 != nil }??.boundary ?? newest
        register.known = min(register.known.lowerBound, oldest)...max(register.known.upperBound, newest)
        register.changed.formUnion(merge.days)
        register.breaksChanged = register.breaksChanged || merge.breaksChanged
        registers[place] = register
        return merge
    }

    private func find(_ place: Place) throws -> Register? {
        let row = try Row.fetchOne(
            statement(
                "SELECT id, coarsest_step, first, last FROM register WHERE device = ? AND meter = ? AND name = ?"),
            arguments: [place.device, place.meter, place.name])
        guard let row else { return nil }
        let id: Int64 = row["id"]
        return Register(
            id: id,
            profile: RegisterProfile(breaks: try .stored(of: id, database), coarsestStep: row["coarsest_step"]),
            known: QuarterHour(number: row["first"])...QuarterHour(number: row["last"]), isNew: false)
    }

    private func insert(_ place: Place, _ report: RegisterReport, _ newest: QuarterHour) throws -> Register {
        try statement(
            """
            INSERT INTO register (device, meter, name, unit, coarsest_step, first, last) VALUES (?, ?, ?, ?, ?, ?, ?)
            """
        ).execute(
            arguments: [
                place.device, place.meter, place.name, report.unit.symbol, report.step, newest.number, newest.number,
            ])
        return Register(
            id: database.lastInsertedRowID, profile: RegisterProfile(coarsestStep: report.step),
            known: newest...newest, isNew: true)
    }

    private func load(_ day: Int64, into register: inout Register) throws {
        guard !register.isNew else { return }
        let content = try Data.fetchOne(
            statement("SELECT content FROM day WHERE register = ? AND day = ?"), arguments: [register.id, day])
        if let content { try register.profile.place(ProfileDay(stored: Array(content)), on: day) }
    }

    /// Writes what has changed.
    func finish() throws {
        for register in registers.values {
            for day in register.changed {
                guard let content = register.profile.days[day]?.stored else { continue }
                try statement("INSERT OR REPLACE INTO day (register, day, content) VALUES (?, ?, ?)").execute(
                    arguments: [register.id, day, Data(content)])
            }
            if register.breaksChanged { try writeBreaks(register) }
            guard register.isNew || !register.changed.isEmpty else { continue }
            try statement("UPDATE register SET coarsest_step = ?, first = ?, last = ? WHERE id = ?").execute(
                arguments: [
                    register.profile.coarsestStep, register.known.lowerBound.number, register.known.upperBound.number,
                    register.id,
                ])
        }
    }

    private func writeBreaks(_ register: Register) throws {
        try statement("DELETE FROM series_break WHERE register = ?").execute(arguments: [register.id])
        for each in register.profile.breaks {
            try statement("INSERT INTO series_break (register, after, until) VALUES (?, ?, ?)").execute(
                arguments: [register.id, each.after.number, each.until.number])
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
