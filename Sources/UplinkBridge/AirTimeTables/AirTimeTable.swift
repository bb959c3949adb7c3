import BridgeConfiguration
package import LoRaWAN
package import Timekeeping

/// What uplinks cost in a region, at each of its data rates: for people who plan, and for tests of the rules.
package struct AirTimeTable: Sendable {
    /// A data rate of uplinks.
    package struct Row: Sendable {
        package let dataRate: DataRate
        package let modulation: Modulation
        /// N, in bytes.
        package let largestPayload: Int
        /// N while the network limits the dwell time to 400 ms; nil in regions where it can't.
        package let largestInDwell: Int?
        /// The staircase: LoRa sends whole blocks of symbols, so payloads of several lengths cost the same.
        package let steps: [Step]

        /// nil for a payload that is too long.
        package func airTime(of payloadCount: Int) -> TimeSpan? {
            steps.first { payloadCount <= $0.lastPayload }?.airTime
        }
    }

    package struct Step: Sendable, Hashable {
        /// The longest payload of this air-time, in bytes.
        package let lastPayload: Int
        package let airTime: TimeSpan
    }

    package let region: Region
    /// Air-time that the network allows in 24 hours; nil for no limit.
    package let dailyAirTime: TimeSpan?
    package let rows: [Row]

    package init(region: Region, dailyAirTime: TimeSpan?) {
        self.region = region
        self.dailyAirTime = dailyAirTime
        rows = region.uplinkDataRates.compactMap { rate in
            guard let modulation = region.modulation(of: rate) else { return nil }
            let largest = region.maximumPayload(at: rate)
            return Row(
                dataRate: rate, modulation: modulation, largestPayload: largest,
                largestInDwell: region.txParameters.map { _ in region.maximumPayload(at: rate, dwell: true) },
                steps: Self.steps(upTo: largest, modulation))
        }
    }

    private static func steps(upTo largest: Int, _ modulation: Modulation) -> [Step] {
        var steps: [Step] = []
        for count in 0...largest {
            let airTime = AirTime.ofUplink(payloadCount: count, modulation: modulation)
            if steps.last?.airTime == airTime { steps.removeLast() }
            steps.append(Step(lastPayload: count, airTime: airTime))
        }
        return steps
    }

    /// The longest payload that the daily air-time bears so often, each sent once; nil when it bears none, or is unlimited.
    package func largestPayload(_ row: Row, every period: TimeSpan) -> Int? {
        guard let dailyAirTime, period > .zero else { return nil }
        let budget = dailyAirTime / max(1, TimeSpan.hours(24).nanoseconds / period.nanoseconds)
        return row.steps.last { $0.airTime <= budget }?.lastPayload
    }

    /// How many transmissions of this air-time the sub-band lawfully has room for in an hour; nil without a limit.
    package static func hourlyCount(of airTime: TimeSpan, in band: SubBand) -> Int64? {
        guard band.hourlyLimit < .hours(1), airTime > .zero else { return nil }
        return band.hourlyLimit.nanoseconds / airTime.nanoseconds
    }

    /// How many transmissions of this air-time the daily air-time bears in 24 hours; nil without a limit.
    package func dailyCount(of airTime: TimeSpan) -> Int64? {
        guard let dailyAirTime, airTime > .zero else { return nil }
        return dailyAirTime.nanoseconds / airTime.nanoseconds
    }

    /// Sub-bands with the same share of the time, as "L, M, R 1 %".
    package var shares: [(name: String, band: SubBand)] {
        var order: [Int] = []
        for band in region.subBands where !order.contains(band.dutyPermille) { order.append(band.dutyPermille) }
        return order.compactMap { permille in
            let bands = region.subBands.filter { $0.dutyPermille == permille }
            let share = permille % 10 == 0 ? "\(permille / 10) %" : "\(permille / 10).\(permille % 10) %"
            return bands.first.map { ("\(bands.map(\.name).joined(separator: ", ")) \(share)", $0) }
        }
    }
}
