import MeterValues
import SmartMeter
import Timekeeping

/// What `read --watch` shows: the newest telegram, the power of each phase as bars, and how the line does. Redrawn in
/// place.
struct WatchPage {
    let input: String
    private(set) var lineState = "opening"
    private(set) var telegrams = 0
    private(set) var problems = 0
    private(set) var lastProblem: String?
    private var newest: Telegram?
    private var arrivals: [MonotonicInstant] = []

    init(input: String) {
        self.input = input
    }

    mutating func show(_ telegram: Telegram, at now: MonotonicInstant) {
        newest = telegram
        telegrams += 1
        lineState = "receiving"
        arrivals.append(now)
        if arrivals.count > 20 { arrivals.removeFirst() }
    }

    mutating func show(problem: String) {
        problems += 1
        lastProblem = problem
    }

    mutating func show(lineState state: String) {
        lineState = state
    }

    func drawn(at now: MonotonicInstant, columns: Int, rows: Int) -> String {
        TerminalPage.drawn(
            lines(at: now, barWidth: max(10, min(40, columns - 34))), columns: columns, rows: rows)
    }

    func lines(at now: MonotonicInstant, barWidth: Int) -> [String] {
        var lines = ["p1lora  \(input)  \(lineState)", status(at: now)]
        if let lastProblem { lines.append("last problem: \(lastProblem)") }
        guard let newest else { return lines + ["", "waiting for the first telegram"] }
        lines += ["", "\(newest.meterIdentifier ?? newest.identification)  \(newest.time?.description ?? "")"]
        lines += bars(newest, width: barWidth)
        lines.append("")
        for object in newest.objects {
            guard let quantity = object.quantity, quantity.unit != .none else { continue }
            lines.append(
                "  " + padded(object.code.description, 14) + aligned(object.valueString, 14)
                    + " \(quantity.unit.symbol)")
        }
        return lines
    }

    private func status(at now: MonotonicInstant) -> String {
        var parts = ["\(telegrams) telegrams", "\(problems) problems"]
        if let first = arrivals.first, let last = arrivals.last {
            if arrivals.count > 1, last > first {
                let tenths = Int64(arrivals.count - 1) * 600_000_000_000 / (last - first).nanoseconds
                parts.append("\(tenths / 10).\(tenths % 10) a minute")
            }
            parts.append("last one \(TimeSpan.seconds((now - last).seconds)) ago")
        }
        return parts.joined(separator: ", ")
    }

    /// Watts of the phases; export points to the left of the axis in words, and is drawn lighter.
    private func bars(_ telegram: Telegram, width: Int) -> [String] {
        let phases = (1...3).compactMap { phase -> (String, Int64)? in
            let imported = watts(telegram, OBISCode(1, 0, UInt8(1 + 20 * phase), 7, 0))
            let exported = watts(telegram, OBISCode(1, 0, UInt8(2 + 20 * phase), 7, 0))
            guard imported != nil || exported != nil else { return nil }
            return ("L\(phase)", (imported ?? 0) - (exported ?? 0))
        }
        let total = (watts(telegram, OBISCode(1, 0, 1, 7, 0)) ?? 0) - (watts(telegram, OBISCode(1, 0, 2, 7, 0)) ?? 0)
        let rows = phases + [("net", total)]
        let largest = max(1_000, rows.map { Int64($0.1.magnitude) }.max() ?? 0)
        return rows.map { name, watts in
            let length = Int(Int64(watts.magnitude) * Int64(width) / largest)
            let bar = String(repeating: watts < 0 ? "░" : "█", count: length)
            return "  " + padded(name, 4) + aligned("\(watts)", 8) + " W  " + bar + (watts < 0 ? " export" : "")
        }
    }

    /// nil also for what no grid carries: a terawatt and more.
    private func watts(_ telegram: Telegram, _ code: OBISCode) -> Int64? {
        guard let watts = telegram.quantity(code)?.coefficient(in: .watt, decimals: 0, rounding: true),
            watts.magnitude < 1_000_000_000_000
        else { return nil }
        return watts
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    private func aligned(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
