import CollectorStore
import LoadProfile
import Timekeeping

extension CollectorStatus {
    /// In the text format of Prometheus.
    package var metrics: String {
        var lines = family("p1lora_collector_healthy", "gauge", "Whether no fleet is silent or incomplete.")
        lines.append("p1lora_collector_healthy \(isWell ? 1 : 0)")
        lines += family("p1lora_collector_fleet_silent_seconds", "gauge", "Since the last word of any bridge.")
        lines += fleets.compactMap { fleet in
            fleet.silentFor.map {
                "p1lora_collector_fleet_silent_seconds{fleet=\(Self.quoted(fleet.fleet.name))} \($0.seconds)"
            }
        }
        lines += family(
            "p1lora_collector_fleet_completeness_ratio", "gauge", "Known quarter-hours of the last 7 days.")
        lines += fleets.compactMap { fleet in
            fleet.completeness.map {
                "p1lora_collector_fleet_completeness_ratio{fleet=\(Self.quoted(fleet.fleet.name))} \($0 / 100)"
            }
        }
        lines += deviceLines("p1lora_collector_uplinks_total", "counter", "Uplinks heard.") {
            "\($0.stored.tally.heard)"
        }
        lines += deviceLines("p1lora_collector_uplinks_lost_total", "counter", "Uplinks lost, by frame counters.") {
            "\($0.stored.tally.missed)"
        }
        lines += deviceLines("p1lora_collector_missing_quarter_hours", "gauge", "Of the last 7 days.") {
            "\($0.coverage.missing)"
        }
        lines += family("p1lora_collector_left_out_total", "counter", "What came and was not stored, by its kind.")
        lines += troubles.map { "p1lora_collector_left_out_total{kind=\(Self.quoted($0.kind))} \($0.count)" }
        lines += family("p1lora_collector_unsent_days", "gauge", "Days of registers that a follower has not got.")
        lines += followers.map { "p1lora_collector_unsent_days{follower=\(Self.quoted($0.name))} \($0.unsent)" }
        return lines.map { $0 + "\n" }.joined()
    }

    private func family(_ name: String, _ type: String, _ help: String) -> [String] {
        ["# HELP \(name) \(help)", "# TYPE \(name) \(type)"]
    }

    private func deviceLines(
        _ name: String, _ type: String, _ help: String, _ value: (Device) -> String
    ) -> [String] {
        family(name, type, help)
            + fleets.flatMap(\.devices).map { "\(name){device=\"\($0.stored.device)\"} \(value($0))" }
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
    }
}
