import FoundationEssentials
import GRDB
package import LoadProfile
package import MeterValues
package import ServerEvents
import Timekeeping

extension SQLiteProfileStore {
    package func devices() throws(ProfileStoreError) -> [StoredDevice] {
        let devices = try read { database in
            var shared = SharedTexts()
            var devices: [StoredDevice] = []
            let rows = try Row.fetchCursor(database, sql: "SELECT * FROM device")
            while let row = try rows.next() {
                let gateway: String? = row["gateway"]
                let device = StoredDevice(
                    device: DeviceIdentifier(column: row["eui"]), fleet: shared.text(row["fleet"]),
                    address: DeviceAddress(
                        server: ServerKind(rawValue: row["server"]) ?? .chirpStack,
                        application: shared.text(row["application"]), name: row["name"]),
                    topic: row["topic"], heardAt: UTCInstant(secondsSince1970: row["heard_at"]),
                    tally: FrameTally(row: row),
                    radio: UplinkEvent.Radio(
                        gateway: gateway.map { shared.text($0) }, signal: row["signal"], noiseRatio: row["noise_ratio"],
                        spreadingFactor: row["spreading_factor"], bandwidth: row["bandwidth"]))
                devices.append(device)
            }
            return devices
        }
        return devices.sorted { $0.device < $1.device }
    }

    package func registers(of device: DeviceIdentifier) throws(ProfileStoreError) -> [StoredRegister] {
        try read { database in
            let sql =
                "SELECT register.* FROM register JOIN device ON device.id = device WHERE eui = ? ORDER BY register.id"
            return try Row.fetchAll(database, sql: sql, arguments: [device.column]).map { try register($0, of: device) }
        }
    }

    func register(_ row: Row, of device: DeviceIdentifier) throws -> StoredRegister {
        let symbol: String = row["unit"]
        guard let unit = MeterUnit(symbol: symbol) else {
            throw ProfileStoreError.damaged(place: path, reason: "the unit \"\(symbol)\" is not known")
        }
        let (first, last): (Int64, Int64) = (row["first"], row["last"])
        return StoredRegister(
            id: row["id"], device: device, meter: row["meter"], name: row["name"], unit: unit,
            coarsestStep: row["coarsest_step"],
            known: QuarterHour(number: min(first, last))...QuarterHour(number: last))
    }

    package func coverage(
        of range: Range<QuarterHour>
    ) throws(ProfileStoreError) -> [DeviceIdentifier: Coverage] {
        var sums: [DeviceIdentifier: Coverage] = [:]
        var irregular: [StoredRegister] = []
        try read { database in
            let sql = """
                SELECT register.*, eui, EXISTS (SELECT 1 FROM series_break WHERE register = register.id AND until > ? AND after < ?)
                    AS is_broken FROM register JOIN device ON device.id = device WHERE first < ?
                """
            let (first, last) = (range.lowerBound.number, range.upperBound.number)
            let rows = try Row.fetchCursor(database, sql: sql, arguments: [first, last, last])
            while let row = try rows.next() {
                let device = DeviceIdentifier(column: row["eui"])
                let since = max(range.lowerBound, QuarterHour(number: row["first"]))
                let recent = row["is_broken"] ? nil : RecentBoundaries(stored: Array(row["recent"] as Data))
                if let known = recent?.coverage(of: since..<range.upperBound) {
                    sums[device, default: Coverage()] = sums[device, default: Coverage()] + known
                } else {
                    irregular.append(try register(row, of: device))
                }
            }
        }
        try add(irregular, in: range, to: &sums)
        return sums
    }

    package func profile(
        of register: StoredRegister, days: ClosedRange<Int64>
    ) throws(ProfileStoreError) -> RegisterProfile {
        try read { database in
            let sql = "SELECT day, content FROM day WHERE register = ? AND day BETWEEN ? AND ?"
            let rows = try Row.fetchCursor(
                database, sql: sql, arguments: [register.id, days.lowerBound, days.upperBound])
            var contents: [Int64: ProfileDay] = [:]
            while let row = try rows.next() {
                contents[row["day"]] = try ProfileDay(stored: Array(row["content"] as Data))
            }
            return RegisterProfile(
                days: contents, breaks: try .stored(of: register.id, database), coarsestStep: register.coarsestStep)
        }
    }

    package func messages(of device: DeviceIdentifier, most: Int) throws(ProfileStoreError) -> [StoredMessage] {
        try read { database in
            let sql = """
                SELECT kind, at, json FROM message JOIN device ON device.id = device WHERE eui = ?
                ORDER BY at DESC, message.id DESC LIMIT ?
                """
            return try Row.fetchAll(database, sql: sql, arguments: [device.column, most]).map {
                StoredMessage(kind: $0["kind"], at: UTCInstant(secondsSince1970: $0["at"]), json: $0["json"])
            }
        }
    }

    package func troubles() throws(ProfileStoreError) -> [StoredTrouble] {
        try read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM trouble ORDER BY kind").map {
                StoredTrouble(
                    kind: $0["kind"], count: $0["count"], at: UTCInstant(secondsSince1970: $0["at"]), text: $0["text"])
            }
        }
    }

    package func requests(of device: DeviceIdentifier) throws(ProfileStoreError) -> [UInt8]? {
        try read { database in
            try Data.fetchOne(
                database, sql: "SELECT requests FROM device WHERE eui = ?", arguments: [device.column]
            ).map(Array.init)
        }
    }
}
