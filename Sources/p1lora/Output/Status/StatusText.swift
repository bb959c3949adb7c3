import BridgePlanning
import Timekeeping
import UplinkBridge

/// The status as a page for people.
struct StatusText {
    let status: BridgeStatus
    /// For scripts: no local time.
    var isUTC = false

    private var head: [String] {
        [
            "p1lora \(status.version)  \(status.devEui)  up \(span(status.uptimeSeconds))  "
                + "\(isUTC ? status.time : time)\(status.isTimeTrusted ? "" : " (not set)")",
            status.healthy ? TerminalColour.good.paint("All is well.") : TerminalColour.bad.paint("In trouble:"),
        ] + status.troubles.map { "  - \($0)" }
    }

    private var time: String { LocalTime.text(status.time) }

    /// For a page that shows as many lines as the terminal has: what changes most and matters most is first.
    var watchText: String {
        var lines = head + ["Radio"] + rows(radioRows) + ["Air-time"] + rows(airTimeRows)
        for meter in status.meters { lines += ["Meter \(meter.name)"] + rows(meterRows(meter)) + registers(meter) }
        return (lines + ["Counters"] + rows(counterRows)).joined(separator: "\n") + "\n"
    }

    var text: String {
        var lines = head
        for meter in status.meters { lines += ["", "Meter \(meter.name)"] + rows(meterRows(meter)) + registers(meter) }
        lines += ["", "Radio"] + rows(radioRows)
        lines += ["", "Air-time"] + rows(airTimeRows)
        lines += ["", "Counters"] + rows(counterRows)
        return lines.joined(separator: "\n") + "\n"
    }

    private func meterRows(_ meter: BridgeStatus.MeterStatus) -> [(String, String)] {
        var rows = [("state", meter.state.rawValue + (meter.readingAgoSeconds.map { ", last \(ago($0))" } ?? ""))]
        if let identifier = meter.identifier { rows.append(("meter", identifier)) }
        let problems = meter.problems.map { "\($0.count) \($0.kind)" }.joined(separator: ", ")
        rows.append(("telegrams", "\(meter.telegrams) good" + (problems.isEmpty ? "" : "; \(problems)")))
        if let until = meter.storedUntil { rows.append(("stored until", until)) }
        if let fault = meter.clockFault { rows.append(("its clock", fault)) }
        if let note = meter.lastProblem { rows.append(("last problem", "\(ago(note.agoSeconds)): \(note.text)")) }
        return rows
    }

    private func registers(_ meter: BridgeStatus.MeterStatus) -> [String] {
        meter.registers.filter { $0.name != nil }.map { register in
            "  " + padded(register.obis, 14) + aligned(register.value, 14) + " " + padded(register.unit, 6)
                + (register.name ?? "")
        }
    }

    private var radioRows: [(String, String)] {
        var rows = [
            (
                "radio",
                "\(status.radio.firmware ?? status.radio.type), \(status.radio.region), \(status.radio.isUp ? "works" : "down")"
            )
        ]
        if let note = status.radio.lastTrouble {
            rows.append(("last trouble", "\(ago(note.agoSeconds)): \(note.text)"))
        }
        if let link = status.link {
            rows.append(("session", link.isJoined ? "joined, address \(link.devAddr ?? "?")" : "not joined"))
            if let rate = link.dataRate {
                let repeats = link.transmissions > 1 ? ", each \(link.transmissions) times" : ""
                rows.append(
                    ("data rate", "DR\(rate) \(link.modulation ?? ""), \(link.largestPayload) bytes\(repeats)"))
            }
            rows.append(("last heard", heard(link)))
            if let check = link.linkCheck { rows.append(("link check", "\(ago(check.agoSeconds)): \(check.words)")) }
            if let next = link.nextJoinSeconds { rows.append(("next join", "in \(span(next))")) }
        }
        if let uplink = status.uplink { rows.append(("last uplink", text(uplink))) }
        if let down = status.downlink {
            let quality = down.rssi.flatMap { rssi in down.snr.map { ", RSSI \(rssi) dBm, SNR \($0) dB" } } ?? ""
            rows.append(
                ("last downlink", "\(ago(down.agoSeconds)), port \(down.port), \(down.bytes) bytes\(quality)"))
        }
        if let waiting = status.waiting { rows.append(("waits", "\(span(waiting.seconds)): \(waiting.reason)")) }
        if let link = status.link { rows += queueRows(link) }
        return rows
    }

    private func heard(_ link: LinkStatus) -> String {
        let quality = link.rssi.flatMap { rssi in link.snr.map { ", RSSI \(rssi) dBm, SNR \($0) dB" } } ?? ""
        let questions = link.unansweredQuestions > 0 ? ", \(link.unansweredQuestions) questions unanswered" : ""
        return (link.heardAgoSeconds.map { ago($0) } ?? "never") + "\(quality); \(link.uplinksSinceHeard) uplinks since"
            + questions
    }

    private func text(_ uplink: BridgeStatus.UplinkStatus) -> String {
        let subject = (uplink.report ?? "join or MAC answer") + (uplink.meter.map { " of \($0)" } ?? "")
        let details = [
            uplink.bytes.map { "\($0) bytes" }, uplink.modulation,
            uplink.frequencyHz.map { "\(Double($0) / 1e6) MHz" }, uplink.powerDbm.map { "\($0) dBm" },
        ]
        let result = uplink.result ?? (uplink.report == nil ? nil : "under way")
        return ([ago(uplink.agoSeconds), subject] + details.compactMap { $0 }).joined(separator: ", ")
            + (result.map { ": \($0)" } ?? "")
    }

    private func queueRows(_ link: LinkStatus) -> [(String, String)] {
        let queue = link.queue
        let parts = [
            (queue.answers, "answers"), (queue.alarms, "alarms"), (queue.pages, "status pages"),
            (queue.reports, "reports"), (queue.backfills, "backfills"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        var rows = [("queue", parts.isEmpty ? "empty" : parts.joined(separator: ", "))]
        if let rest = link.rationedSeconds {
            rows.append(("rationed", "\(span(rest)), so that the daily air-time lasts for the day"))
        }
        if let sums = link.sums { rows.append(("sums", sums)) }
        if let next = link.nextReportSeconds { rows.append(("next report", "in \(span(next))")) }
        return rows
    }

    private var airTimeRows: [(String, String)] {
        var rows = [("since the start", exact(status.counters.airTimeSeconds) + ", \(status.counters.frames) frames")]
        guard let link = status.link else { return rows }
        for band in link.bands {
            rows.append(
                ("hour, \(band.name)", "\(exact(band.usedSeconds)) of \(exact(band.limitSeconds)) by law"))
        }
        if let dailyAirTime = link.purse {
            rows.append(
                ("24 h, fair use", "\(exact(dailyAirTime.leftSeconds)) left of \(exact(dailyAirTime.limitSeconds))"))
        }
        return rows
    }

    private var counterRows: [(String, String)] {
        let counters = status.counters
        var rows = [
            ("uplinks", counters.uplinks.map { "\($0.count) \($0.kind)" }.joined(separator: ", ")),
            ("downlinks", "\(counters.downlinks); \(counters.discardedFrames) frames passed over"),
            ("joins", "\(counters.joins), \(counters.joinFailures) requests without an answer"),
            ("reports", "\(counters.skippedReports) left out, \(counters.refusedReports) refused"),
            ("radio", "\(counters.radioRestarts) restarts"), ("store", "\(status.store.failures) failures"),
        ]
        if let trouble = status.store.lastTrouble {
            rows.append(("store trouble", "\(ago(trouble.agoSeconds)): \(trouble.text)"))
        }
        if let broker = status.broker {
            rows.append(
                ("broker", "\(broker.host), \(broker.isConnected ? "connected" : "away"), \(broker.published) messages")
            )
            if let trouble = broker.lastTrouble {
                rows.append(("broker trouble", "\(ago(trouble.agoSeconds)): \(trouble.text)"))
            }
        }
        let memory = status.process.residentBytes.map { "\($0 / 1_048_576) MiB, " } ?? ""
        rows.append(("process", memory + "\(exact(status.process.processorSeconds)) of processor time"))
        return rows.map { ($0.0, $0.1.isEmpty ? "none" : $0.1) }
    }

    private func rows(_ rows: [(String, String)]) -> [String] { rows.map { "  " + padded($0.0, 16) + $0.1 } }

    private func ago(_ seconds: Double) -> String { "\(span(seconds)) ago" }

    /// For people: whole seconds from ten on.
    private func span(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e9 else { return "?" }
        return TimeSpan.seconds(Int64(max(0, seconds))).description
    }

    private func exact(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e9 else { return "?" }
        let tenths = Int64(max(0, seconds) * 10)
        return "\(tenths / 10).\(tenths % 10) s"
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    private func aligned(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
