import LinuxHardware
import Timekeeping
import UplinkBridge
import UplinkPayload

/// What `doctor rx-timing` has to say.
struct RxTimingReport {
    let trials: [TimingTrial]
    let period: TimeSpan

    var text: String {
        var lines = ["", row("lateness in ms", trials.map { $0.isLoaded ? "all busy" : "at rest" })]
        lines.append(row("", trials.map { $0.isRealtime ? "SCHED_FIFO" : "plain" }))
        let figures: [(String, (LatenessFigures) -> TimeSpan)] = [
            ("half are within", \.p50), ("99 %", \.p99), ("99.9 %", \.p999), ("worst", \.worst),
        ]
        for (name, value) in figures { lines.append(row(name, trials.map { milliseconds(value($0.figures)) })) }
        lines.append("")
        for (index, bound) in LatenessFigures.bounds.enumerated() {
            lines.append(row("up to \(milliseconds(bound))", trials.map { "\($0.figures.histogram[index])" }))
        }
        lines.append(row("more", trials.map { "\($0.figures.histogram.last ?? 0)" }))
        lines += ["", "the window that follows, in symbols"]
        for index in trials.first?.figures.windows.indices ?? 0..<0 {
            let name = trials.first.map { "\($0.figures.windows[index].modulation)" } ?? ""
            lines.append(row(name, trials.map { "\($0.figures.windows[index].symbols)" }))
        }
        let losses = trials.first { !$0.losses.isEmpty }?.losses ?? []
        if !losses.isEmpty { lines.append("") }
        return (lines + losses).joined(separator: "\n") + "\n"
    }

    var json: String {
        let all: JSONValue = [
            "cores": .number("\(BusyCores.coreCount)"), "period_us": microseconds(period),
            "trials": .array(trials.map(object)),
        ]
        return all.text
    }

    private func object(_ trial: TimingTrial) -> JSONValue {
        let figures = trial.figures
        let bounds = LatenessFigures.bounds.map { "\($0.microseconds)" } + ["more"]
        return [
            "loaded": .flag(trial.isLoaded), "asked_for_sched_fifo": .flag(trial.wantsRealtime),
            "sched_fifo": .flag(trial.isRealtime), "lost": .array(trial.losses.map(JSONValue.string)),
            "windows": .number("\(figures.count)"), "p50_us": microseconds(figures.p50),
            "p99_us": microseconds(figures.p99), "p99_9_us": microseconds(figures.p999),
            "max_us": microseconds(figures.worst),
            "histogram_us": .object(zip(bounds, figures.histogram).map { .init($0, .number("\($1)")) }),
            "window_symbols": .object(
                figures.windows.map { .init("\($0.modulation)", .number("\($0.symbols)")) }),
        ]
    }

    private func microseconds(_ span: TimeSpan) -> JSONValue { .number("\(span.microseconds)") }

    private func row(_ name: String, _ cells: [String]) -> String {
        let padded = cells.map { String(repeating: " ", count: max(1, 12 - $0.count)) + $0 }
        let line = name + String(repeating: " ", count: max(0, 17 - name.count)) + padded.joined()
        return String(line.reversed().drop { $0 == " " }.reversed())
    }

    /// "0.123"
    private func milliseconds(_ span: TimeSpan) -> String {
        let fraction = String(span.microseconds % 1_000)
        return "\(span.milliseconds).\(String(repeating: "0", count: 3 - fraction.count))\(fraction)"
    }
}
