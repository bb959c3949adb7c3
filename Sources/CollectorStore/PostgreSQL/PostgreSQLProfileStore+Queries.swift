package import LoadProfile
package import MeterValues
package import ServerEvents
import Timekeeping

extension PostgreSQLProfileStore {
    package func devices() throws(ProfileStoreError) -> [StoredDevice] {
        let devices = try read { connection in
            var shared = SharedTexts()
            return try connection.query(
                "all devices",
                """
                SELECT eui, fleet, server, application, name, topic, heard_at, counter, heard, missed, repeated, gateway,
                    signal, noise_ratio, spreading_factor, bandwidth FROM device
                """
            ).compactMap { row -> StoredDevice? in
                guard let eui = row.integer(0), let heardAt = row.integer(6) else { return nil }
                return StoredDevice(
                    device: DeviceIdentifier(column: eui), fleet: shared.text(row.text(1) ?? ""),
                    address: DeviceAddress(
                        server: ServerKind(rawValue: row.text(2) ?? "") ?? .chirpStack,
                        application: shared.text(row.text(3) ?? ""),
                        name: row.text(4) ?? ""),
                    topic: row.text(5), heardAt: UTCInstant(secondsSince1970: heardAt), tally: FrameTally(row, from: 7),
                    radio: UplinkEvent.Radio(
                        gateway: row.text(11).map { shared.text($0) }, signal: row.number(12),
                        noiseRatio: row.number(13),
                        spreadingFactor: row.integer(14).map { Int($0) }, bandwidth: row.integer(15).map { Int($0) }))
            }
        }
        return devices.sorted { $0.device < $1.device }
    }

    package func registers(of device: DeviceIdentifier) throws(ProfileStoreError) -> [StoredRegister] {
        try read { connection in
            let rows = try connection.query(
                "registers",
                "SELECT id, meter, name, unit, coarsest_step, first, last FROM register WHERE device = $1 ORDER BY id",
                [.integer(device.column)])
            return try rows.map { try register($0, of: device) }
        }
    }

    /// - Parameter row: id, meter, name, unit, coarsest_step, first and last, in this order.
    func register(_ row: PostgreSQLRow, of device: DeviceIdentifier) throws -> StoredRegister {
        let symbol = row.text(3) ?? ""
        guard let unit = MeterUnit(symbol: symbol), let id = row.integer(0), let first = row.integer(5),
            let last = row.integer(6)
        else {
            throw ProfileStoreError.damaged(place: place, reason: "the unit \"\(symbol)\" is not known")
        }
        return StoredRegister(
            id: id, device: device, meter: row.text(1) ?? "", name: row.text(2) ?? "", unit: unit,
            coarsestStep: row.integer(4) ?? 1,
            known: QuarterHour(number: min(first, last))...QuarterHour(number: last))
    }

    package func coverage(
        of range: Range<QuarterHour>
    ) throws(ProfileStoreError) -> [DeviceIdentifier: Coverage] {
        let (first, last) = (range.lowerBound.number, range.upperBound.number)
        let found = try read { connection in
            var sums: [DeviceIdentifier: Coverage] = [:]
            var irregular: [StoredRegister] = []
            let rows = try connection.query(
                "coverage",
                """
                SELECT id, meter, name, unit, coarsest_step, first, last, device, recent, EXISTS (SELECT 1 FROM series_break
                    WHERE register = register.id AND until > $1 AND after < $2) FROM register WHERE first < $2
                """, [.integer(first), .integer(last)])
            for row in rows {
                guard let eui = row.integer(7) else { continue }
                let device = DeviceIdentifier(column: eui)
                let since = max(range.lowerBound, QuarterHour(number: row.integer(5) ?? 0))
                let recent = row.boolean(9) == true ? nil : RecentBoundaries(stored: row.blob(8) ?? [])
                if let known = recent?.coverage(of: since..<range.upperBound) {
                    sums[device, default: Coverage()] = sums[device, default: Coverage()] + known
                } else {
                    irregular.append(try register(row, of: device))
                }
            }
            return (sums, irregular)
        }
        var sums = found.0
        try add(found.1, in: range, to: &sums)
        return sums
    }

    package func profile(
        of register: StoredRegister, days: ClosedRange<Int64>
    ) throws(ProfileStoreError) -> RegisterProfile {
        try read { connection in
            let rows = try connection.query(
                "days", "SELECT day, content FROM day WHERE register = $1 AND day BETWEEN $2 AND $3",
                [.integer(register.id), .integer(days.lowerBound), .integer(days.upperBound)])
            var contents: [Int64: ProfileDay] = [:]
            for row in rows {
                guard let day = row.integer(0) else { continue }
                contents[day] = try ProfileDay(stored: row.blob(1) ?? [])
            }
            // Read behind the days: a break is written with what it parts.
            let breaks = try PostgreSQLTables(connection).breaks(of: [register.id])[register.id]
            return RegisterProfile(days: contents, breaks: breaks ?? [], coarsestStep: register.coarsestStep)
        }
    }

    package func messages(of device: DeviceIdentifier, most: Int) throws(ProfileStoreError) -> [StoredMessage] {
        try read { connection in
            let rows = try connection.query(
                "messages", "SELECT kind, at, json FROM message WHERE device = $1 ORDER BY at DESC, id DESC LIMIT $2",
                [.integer(device.column), .integer(Int64(most))])
            return rows.map {
                StoredMessage(
                    kind: $0.text(0) ?? "", at: UTCInstant(secondsSince1970: $0.integer(1) ?? 0), json: $0.text(2) ?? ""
                )
            }
        }
    }

    package func troubles() throws(ProfileStoreError) -> [StoredTrouble] {
        try read { connection in
            try connection.query("troubles", "SELECT kind, count, at, text FROM trouble ORDER BY kind").map {
                StoredTrouble(
                    kind: $0.text(0) ?? "", count: $0.integer(1) ?? 0,
                    at: UTCInstant(secondsSince1970: $0.integer(2) ?? 0), text: $0.text(3) ?? "")
            }
        }
    }

    package func requests(of device: DeviceIdentifier) throws(ProfileStoreError) -> [UInt8]? {
        try read {
            try $0.query("requests", "SELECT requests FROM device WHERE eui = $1", [.integer(device.column)])
                .first?.blob(0)
        }
    }
}
