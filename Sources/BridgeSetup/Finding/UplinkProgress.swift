import Timekeeping
import UplinkBridge

/// How far the service has come on its way to the first uplink.
struct UplinkProgress {
    /// One line.
    let words: String
    /// What stands in the way, and what to do; nil where nothing is known to.
    let trouble: String?
    let isDone: Bool

    /// So long a start takes on a slow board.
    private static let startTime = TimeSpan.seconds(30)

    /// - Parameters:
    ///   - status: nil while the service does not answer.
    ///   - span: since it was started.
    init(_ status: BridgeStatus?, after span: TimeSpan) {
        guard let status else {
            let isLate = span >= Self.startTime
            let advice = "the service does not answer: journalctl -u p1lora tells why"
            (words, trouble, isDone) = ("the service starts", isLate ? advice : nil, false)
            return
        }
        trouble = status.troubles.first
        guard let link = status.link, link.isJoined else {
            let waiting = status.waiting.map { ", waiting \(Int($0.seconds)) s: \($0.reason)" } ?? ""
            let requests = status.counters.frames == 0 ? "" : ", \(status.counters.frames) join-requests sent"
            (words, isDone) = ("not joined yet\(requests)\(waiting)", false)
            return
        }
        let joined = "joined, address \(link.devAddr ?? "?")"
        guard let uplink = status.uplink, uplink.report != nil, let result = uplink.result else {
            (words, isDone) = ("\(joined); the first report is on its way", false)
            return
        }
        (words, isDone) = ("\(joined); the first uplink (\(uplink.report ?? "report")) is out: \(result)", true)
    }
}
