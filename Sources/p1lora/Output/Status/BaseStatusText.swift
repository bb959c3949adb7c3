import BaseService
import Timekeeping

/// The status of a base as a page for people.
struct BaseStatusText {
    private let status: BaseStatus

    init(_ status: BaseStatus) { self.status = status }

    var text: String {
        let rate = "\(status.dataRate)\(status.isPairing ? ", listens for lost bridges now" : "")"
        var lines = [
            "p1lora base \(status.version)  \(status.region) \(status.channelHertz) Hz  \(rate)  up \(span(status.upSeconds))",
            status.isHealthy ? TerminalColour.good.paint("All is well.") : TerminalColour.bad.paint("In trouble:"),
        ]
        lines += status.troubles.map { "  - \($0)" }
        lines += ["", "bridge            heard        signal            share  rate  waiting"]
        lines += status.bridges.map(row)
        let limit = status.airTimeLimitSeconds.map { " of \($0) s" } ?? ""
        lines += ["", "air-time          \(status.airTimeSeconds) s\(limit) in the last hour"]
        lines += ["missed answers    \(status.missedAnswers)"]
        if !status.refusals.isEmpty {
            let counts = status.refusals.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            lines += ["passed over       \(counts.joined(separator: ", "))"]
        }
        if !status.strangers.isEmpty { lines += ["strangers         \(status.strangers.joined(separator: ", "))"] }
        if let broker = status.broker {
            lines += [
                "broker            \(broker.name), \(broker.isConnected ? "connected" : "away"), \(broker.waiting) events wait"
            ]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func row(_ bridge: BaseStatus.Bridge) -> String {
        let heard = bridge.heardAgoSeconds.map { "\(span($0)) ago" } ?? (bridge.devAddr == nil ? "never" : "not yet")
        let signal = bridge.rssi.map { "\($0) dBm, \(bridge.snr ?? 0) dB" } ?? "-"
        let share = bridge.share.map { "\($0) %" } ?? "-"
        return column(bridge.name, 18) + column(heard, 13) + column(signal, 18) + column(share, 7)
            + column(bridge.dataRate ?? "-", 6) + "\(bridge.waiting)" + (bridge.isMissing ? "  looked for" : "")
    }

    private func column(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    private func span(_ seconds: Int64) -> String {
        switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7_200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3_600) h"
        default: "\(seconds / 86_400) days"
        }
    }
}
