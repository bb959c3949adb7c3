import BridgeSimulation
import ServerEvents
import UplinkPayload

/// What came of all houses, for people.
package struct FleetTable {
    private let results: [HouseResult]
    private let days: Int64
    private let loss: Int

    package init(_ results: [HouseResult], days: Int64, loss: Int) {
        self.results = results
        self.days = days
        self.loss = loss
    }

    package var text: String {
        var lines = ["\(results.count) houses, \(days) days, \(loss) % of all frames lost", ""]
        lines.append(
            "house  meters          server            SF  uplinks  requests  joins  "
                + "downlinks of the busiest day     known")
        lines += results.map(line)
        let (quarters, equal) = (sum(\.quarters), sum(\.equal))
        let unknowable = sum(\.unknowable)
        let possible = max(1, quarters - unknowable)
        lines.append("")
        lines.append(
            "\(equal) of \(possible) quarter-hours up to yesterday are in the store as they were measured "
                + "(\(Self.percent(equal, possible)) %), \(sum(\.wrong)) differ")
        lines.append(
            "Downlinks: all (requests + acknowledgements + answers to MAC commands + the network's own). The Things Network "
                + "allows \(DownlinkShares.all), and join-accepts are none of them.")
        if unknowable > 0 { lines.append("\(unknowable) have no use, because another meter came in them") }
        for result in results where !result.complaints.isEmpty {
            lines.append("house \(result.house.number + 1): \(result.complaints.prefix(3).joined(separator: "; "))")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private func sum(_ count: (HouseResult) -> Int) -> Int { results.reduce(0) { $0 + count($1) } }

    private func line(_ result: HouseResult) -> String {
        let house = result.house
        let known = Self.percent(result.equal, max(1, result.quarters - result.unknowable))
        return Self.padded("\(house.number + 1)", 7) + Self.padded(house.kind.rawValue, 16)
            + Self.padded(house.server.rawValue, 18) + Self.padded("\(house.spreadingFactor)", 4)
            + Self.padded("\(result.uplinks)", 9) + Self.padded("\(result.requests)", 10)
            + Self.padded("\(result.joinAccepts)", 7) + Self.padded("\(result.downlinks)", 33) + known + " %"
    }

    /// With one decimal, rounded down: 100 is all.
    private static func percent(_ part: Int, _ whole: Int) -> String {
        let tenths = part * 1_000 / whole
        return "\(tenths / 10).\(tenths % 10)"
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}
