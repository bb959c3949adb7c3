import UplinkBridge
import UplinkPayload

/// What a doctor finds, written as it is found; on a terminal with what it waits for meanwhile.
final class DoctorReport {
    private let format: OutputFormat
    private let progress = ProgressLine()
    private var findings: [Finding] = []

    init(format: OutputFormat) { self.format = format }

    var isWell: Bool { !findings.contains { $0.verdict == .failed } }

    func wait(for what: String) { progress.show(what) }

    func take(_ finding: Finding) {
        findings.append(finding)
        guard format == .text else { return }
        progress.clear()
        StandardOutput.line(finding.colour.map { paint(finding.line, $0) } ?? finding.line)
    }

    /// The verdict alone.
    private func paint(_ line: String, _ colour: TerminalColour) -> String {
        let word = line.prefix { $0 != " " }
        return colour.paint(String(word)) + line.dropFirst(word.count)
    }

    func finish() {
        progress.clear()
        guard format == .json else { return }
        let report: JSONValue = ["ok": .flag(isWell), "checks": .array(findings.map(\.json))]
        StandardOutput.line(report.text)
    }
}

extension Finding {
    fileprivate var colour: TerminalColour? {
        switch verdict {
        case .ok: .good
        case .warning: .warning
        case .failed: .bad
        case .notTested: nil
        }
    }

    fileprivate var json: JSONValue {
        ["subject": .string(subject), "verdict": .string(verdict.rawValue), "message": .string(message)]
    }
}
