package import CollectorStore
package import LoadProfile
import MeterValues
import ServerEvents
package import Timekeeping

/// How complete everything is, and what is wrong.
package struct CollectorStatus: Sendable {
    package struct Device: Sendable {
        package var stored: StoredDevice
        /// Of the last seven days, of all its registers; empty where nothing was known before their end.
        package var coverage: Coverage

        static func isLessComplete(_ first: Self, _ second: Self) -> Bool {
            (first.coverage.percent ?? 101, first.stored.device)
                < (second.coverage.percent ?? 101, second.stored.device)
        }
    }

    package struct FleetStatus: Sendable {
        package var fleet: Fleet
        /// With the least complete first.
        package var devices: [Device]
        package var silentFor: TimeSpan?
        package var coverage: Coverage

        /// Percent, with one decimal, rounded down; nil where there is nothing to be complete.
        package var completeness: Double? { coverage.percent }
    }

    package var at: UTCInstant
    package var fleets: [FleetStatus]
    package var troubles: [StoredTrouble]
    /// InfluxDB, Home Assistant, and what they have not got.
    package var followers: [StoredFollower]
    /// In sentences; none when all is well.
    package var complaints: [String]

    /// - Parameter time: whose days the seven are; they end with yesterday.
    package init(
        _ store: any ProfileStore, fleets: Fleets, time: LocalTime, at now: UTCInstant
    ) throws(ProfileStoreError) {
        at = now
        troubles = try store.troubles()
        followers = try store.followers()
        let end = time.startOfDay(now)
        let week = QuarterHour(atOrAfter: time.startOfDay(end - .hours(24 * 7 - 12)))..<QuarterHour(atOrAfter: end)
        let coverage = try store.coverage(of: week)
        let devices = Dictionary(grouping: try store.devices()) { fleets.fleet(of: $0.device)?.name }
        self.fleets = fleets.all.map { FleetStatus($0, devices[$0.name] ?? [], coverage, at: now) }
        complaints = self.fleets.compactMap(\.complaint) + followers.compactMap { Self.complaint(of: $0, at: now) }
    }

    /// After which a follower that lacks something is told of.
    private static let patience = TimeSpan.hours(1)

    private static func complaint(of follower: StoredFollower, at now: UTCInstant) -> String? {
        guard follower.unsent > 0, now - follower.servedAt > patience else { return nil }
        return
            "\(follower.name): has taken nothing for \(now - follower.servedAt); \(follower.unsent) days of registers wait"
    }

    package var isWell: Bool { complaints.isEmpty }

    /// Of all fleets; those with nothing to be complete behind all others.
    package var leastCompleteFirst: [Device] {
        fleets.count == 1 ? fleets[0].devices : fleets.flatMap(\.devices).sorted(by: Device.isLessComplete)
    }
}

extension Coverage {
    /// Percent of what can be known, with one decimal, rounded down: 100 is all. Nil where there is nothing.
    package var percent: Double? {
        let possible = known + missing
        return possible == 0 ? nil : Double(known * 1_000 / possible) / 10
    }
}

extension CollectorStatus.FleetStatus {
    fileprivate init(
        _ fleet: Fleet, _ devices: [StoredDevice], _ coverage: [DeviceIdentifier: Coverage], at now: UTCInstant
    ) {
        self.fleet = fleet
        let all = devices.map {
            CollectorStatus.Device(stored: $0, coverage: coverage[$0.device] ?? Coverage())
        }
        self.devices = all.sorted(by: CollectorStatus.Device.isLessComplete)
        silentFor = devices.map(\.heardAt).max().map { now - $0 }
        self.coverage = all.reduce(Coverage()) { $0 + $1.coverage }
    }

    fileprivate var complaint: String? {
        guard let silentFor else { return "\(fleet.name): none of its bridges was ever heard" }
        if silentFor > fleet.silentAfter {
            return "\(fleet.name): no word for \(silentFor), more than \(fleet.silentAfter) (silent_after)"
        }
        guard let completeness, completeness < Double(fleet.completeness) else { return nil }
        return "\(fleet.name): \(completeness) % of the last 7 days are known, less than \(fleet.completeness) % "
            + "(completeness)"
    }
}
