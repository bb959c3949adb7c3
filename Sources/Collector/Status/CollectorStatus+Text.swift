import CollectorStore
import LoadProfile
import ServerEvents
import Timekeeping
import UplinkPayload

extension CollectorStatus {
    /// For people.
    package var text: String {
        var lines = complaints.map { "! \($0)" }
        for fleet in fleets {
            let word = fleet.silentFor.map { "last word \(Self.ago($0))" } ?? "never heard"
            let complete = fleet.completeness.map { "\($0) % of 7 days" } ?? "no whole day yet"
            lines.append("\(fleet.fleet.name)  \(fleet.devices.count) devices  \(word)  \(complete)")
            lines += fleet.devices.map { "  " + line($0) }
        }
        lines += followers.map { follower in
            let wait = follower.unsent == 0 ? "has everything" : "\(follower.unsent) days of registers wait"
            return "\(follower.name)  \(wait)  taken \(Self.ago(at - follower.servedAt))"
        }
        if !troubles.isEmpty { lines.append("left out, since ever:") }
        for trouble in troubles {
            let kind = TroubleKind(rawValue: trouble.kind)?.text ?? trouble.kind
            lines.append("  \(trouble.count) \(kind); the last at \(trouble.at): \(trouble.text)")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private func line(_ device: Device) -> String {
        let stored = device.stored
        var parts = ["\(stored.device)", Self.shown(stored.address.name), "heard \(Self.ago(at - stored.heardAt))"]
        if let factor = stored.radio.spreadingFactor { parts.append("SF\(factor)") }
        if let signal = stored.radio.signal { parts.append("\(signal) dBm") }
        if let loss = stored.tally.loss { parts.append("\(Self.tenths(loss * 100)) % of frames lost") }
        parts.append(device.coverage.percent.map { "\($0) % of 7 days" } ?? "no whole day yet")
        if device.coverage.missing > 0 { parts.append("\(device.coverage.missing) quarter-hours missing") }
        return parts.filter { !$0.isEmpty }.joined(separator: "  ")
    }

    /// What a server calls a device may be anything.
    private static func shown(_ name: String) -> String {
        String(
            String.UnicodeScalarView(
                name.unicodeScalars.prefix(40).map { $0.properties.generalCategory == .control ? " " : $0 }))
    }

    private static func ago(_ span: TimeSpan) -> String { span < .seconds(1) ? "now" : "\(span) ago" }

    private static func tenths(_ number: Double) -> Double { (number * 10).rounded() / 10 }

    /// For programs.
    package var json: String {
        let fleets = fleets.map { fleet in
            let devices = fleet.devices.map(Self.json).joined(separator: ",")
            return "{\"configuration\":\(JSONText.quoted(fleet.fleet.name)),"
                + "\"silent_s\":\(Self.number(fleet.silentFor?.seconds)),"
                + "\"completeness\":\(Self.number(fleet.completeness)),\"devices\":[\(devices)]}"
        }
        let troubles = troubles.map {
            "{\"kind\":\(JSONText.quoted($0.kind)),\"count\":\($0.count),\"last\":\"\($0.at)\",\"text\":\(JSONText.quoted($0.text))}"
        }
        let followers = followers.map {
            "{\"name\":\(JSONText.quoted($0.name)),\"unsent\":\($0.unsent),\"served_at\":\"\($0.servedAt)\"}"
        }
        return "{\"time\":\"\(at)\",\"healthy\":\(isWell),"
            + "\"complaints\":[\(complaints.map(JSONText.quoted).joined(separator: ","))],"
            + "\"fleets\":[\(fleets.joined(separator: ","))],\"left_out\":[\(troubles.joined(separator: ","))],"
            + "\"followers\":[\(followers.joined(separator: ","))]}"
    }

    private static func json(_ device: Device) -> String {
        let (stored, tally) = (device.stored, device.stored.tally)
        return "{\"device\":\"\(stored.device)\",\"name\":\(JSONText.quoted(stored.address.name)),"
            + "\"server\":\"\(stored.address.server.rawValue)\",\"heard_at\":\"\(stored.heardAt)\","
            + "\"uplinks\":\(tally.heard),\"lost\":\(tally.missed),\"repeated\":\(tally.repeated),"
            + "\"spreading_factor\":\(number(stored.radio.spreadingFactor)),\"rssi\":\(number(stored.radio.signal)),"
            + "\"completeness\":\(number(device.coverage.percent)),\"missing\":\(device.coverage.missing)}"
    }

    private static func number(_ value: (some CustomStringConvertible)?) -> String {
        value.map { "\($0)" } ?? "null"
    }
}
