package import LoRaWAN
package import Timekeeping

/// What bridges on one channel can send at a pace: as much as the law gives each, and as the channel bears of all.
package enum BaseAirTime {
    /// Of the time the channel may be full, so that slots by DevEUI with the answers between them hold.
    static let fullest: Int64 = 2
    /// Between two slots.
    static let gap = TimeSpan.milliseconds(100)

    /// The longest application payload in bytes; nil where not even an empty one can go out.
    /// - Parameters:
    ///   - bridges: on the channel.
    ///   - pace: from one uplink of each to the next.
    ///   - modulation: of the network's data rate.
    ///   - limit: N at that data rate.
    ///   - share: the law's, in tenths of a percent.
    package static func payload(
        bridges: Int, pace: TimeSpan, modulation: Modulation, limit: Int, share: Int
    ) -> Int? {
        (0...max(0, limit)).last { count in
            let airTime = AirTime.ofUplink(payloadCount: count, modulation: modulation)
            return airTime * 1_000 <= pace * Int64(share) && (airTime + gap) * Int64(bridges) <= pace / fullest
        }
    }

    /// A table in Markdown.
    package static func table(of region: Region, frequency: Int) -> [String] {
        let rates = (0..<UInt8(16)).map { DataRate($0) }.reversed().filter {
            region.modulation(of: $0)?.bandwidth == .khz125 && region.maximumPayload(at: $0) > 0
        }
        let share = region.subBand(of: frequency).map { region.subBands[$0].dutyPermille } ?? 0
        let names = rates.map { "SF\(region.modulation(of: $0)?.spreadingFactor ?? 0)" }
        let paces: [(String, TimeSpan)] = [("10 s", .seconds(10)), ("1 min", .minutes(1)), ("15 min", .minutes(15))]
        var lines = ["| bridges | each | \(names.joined(separator: " | ")) |"]
        lines.append("| --- | --- |" + names.map { _ in " --- |" }.joined())
        for bridges in [1, 3, 8] {
            for (name, pace) in paces {
                let cells = rates.map { rate in
                    region.modulation(of: rate).flatMap {
                        payload(
                            bridges: bridges, pace: pace, modulation: $0, limit: region.maximumPayload(at: rate),
                            share: share)
                    }.map { "\($0)" } ?? "-"
                }
                lines.append("| \(bridges) | \(name) | \(cells.joined(separator: " | ")) |")
            }
        }
        return lines
    }
}
