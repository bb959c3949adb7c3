import BridgePlanning
package import UplinkPayload

extension LayoutConfiguration {
    /// Whether a bridge of this configuration can carry a command out.
    /// - Parameter name: of the command, as it was written.
    package func check(_ command: Command, named name: String) throws(CommandMistake) {
        let report: Int?
        switch command {
        case .sendNow(let number): report = number
        case .setReport(let number, _, _), .sendIntervals(let number, _, _, _),
            .acknowledgeIntervals(let number, _, _, _):
            report = number
        case .setLimit, .sendStatus, .rejoin, .setAirTime: return
        }
        guard let report else { return }
        guard (1...reports.count).contains(report) else {
            throw CommandMistake("\(name): there is no [[report]] \(report), there are \(reports.count)")
        }
        switch command {
        case .sendIntervals, .acknowledgeIntervals: break
        default: return
        }
        guard reports[report - 1].kind != .intervals else { return }
        let known = reports.indices.filter { reports[$0].kind == .intervals }.map { "\($0 + 1)" }
        throw CommandMistake(
            "\(name): [[report]] \(report) has no intervals"
                + (known.isEmpty ? "" : ", which has \(known.joined(separator: ", "))"))
    }
}
