package import CollectorStore
package import LoadProfile
import MeterValues
package import Timekeeping

/// How complete everything is, and what is wrong.
package struct CollectorStatus: Sendable {
    package struct Device: Sendable {
        package var stored: StoredDevice
        /// Of the last seven days, of all its registers; empty where nothing was known before their end.
        package var coverage: Coverage
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
    /// In sentences; none when all is well.
    package var complaints: [String]

    /// - Parameter time: whose days the seven are; they end with yesterday.
    package init(
        _ store: any ProfileStore, fleets: Fleets, time: LocalTime, at now: UTCInstant
    ) throws(ProfileStoreError) {
        at = now
        troubles = try store.troubles()
        let end = time.startOfDay(now)
        let week = QuarterHour(atOrAfter: time.startOfDay(end - .hours(24 * 7 - 12)))..<QuarterHour(atOrAfter: end)
        let devices = try store.devices()
        self.fleets = try fleets.all.map { fleet throws(ProfileStoreError) in
            let mine = devices.filter { fleets.fleet(of: $0.device)?.name == fleet.name }
            return try FleetStatus(fleet, mine, store, week: week, at: now)
        }
        complaints = self.fleets.compactMap(\.complaint)
    }

    package var isWell: Bool { complaints.isEmpty }
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
        _ fleet: Fleet, _ devices: [StoredDevice], _ store: any ProfileStore, week: Range<QuarterHour>,
        at now: UTCInstant
    ) throws(ProfileStoreError) {
        self.fleet = fleet
        let all = try devices.map { device throws(ProfileStoreError) in
            CollectorStatus.Device(stored: device, coverage: try Self.coverage(of: device, store, week))
        }
        self.devices = all.sorted {
            ($0.coverage.percent ?? 101, $0.stored.device) < ($1.coverage.percent ?? 101, $1.stored.device)
        }
        silentFor = devices.map(\.heardAt).max().map { now - $0 }
        coverage = all.reduce(Coverage()) { $0 + $1.coverage }
    }

    /// From the first that is known on: nobody expects what was before.
    private static func coverage(
        of device: StoredDevice, _ store: any ProfileStore, _ week: Range<QuarterHour>
    ) throws(ProfileStoreError) -> Coverage {
        var sum = Coverage()
        for register in try store.registers(of: device.device) where register.known.lowerBound < week.upperBound {
            let profile = try store.profile(of: register, days: week.lowerBound.day...week.upperBound.day)
            sum = sum + profile.coverage(of: max(week.lowerBound, register.known.lowerBound)..<week.upperBound)
        }
        return sum
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
