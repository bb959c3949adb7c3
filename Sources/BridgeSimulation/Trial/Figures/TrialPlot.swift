import BridgeConfiguration
import MeterValues
import Timekeeping

/// What came of each quarter-hour, drawn: a strip for each day, its 96 quarter-hours in UTC from left to right, one block of days
/// for each meter.
package struct TrialPlot {
    private struct Style {
        let colour: String
        let text: String
    }

    private static let styles = [
        Style(colour: "#2c7fb8", text: "delivered at once"), Style(colour: "#7fcdbb", text: "recovered by overlap"),
        Style(colour: "#fec44f", text: "recovered by backfill"), Style(colour: "#d7301f", text: "missing"),
        Style(colour: "#d0d0d0", text: "of the last day: on its way"),
    ]
    private static let (missing, underWay) = (3, 4)
    private static let (cell, row, left, top) = (7, 7, 90, 54)

    private let trial: Trial

    /// Quarter-hours from midnight in UTC to the start.
    private let offset: Int

    package init(_ trial: Trial) {
        self.trial = trial
        offset = Int(QuarterHour(atOrBefore: trial.start).number % 96)
    }

    package var svg: String {
        let names = trial.configuration.meterNames
        let days = (offset + Int(trial.plan.days) * 96 + 95) / 96
        let block = days * Self.row + 34
        let (width, height) = (Self.left + 96 * Self.cell + 20, Self.top + names.count * block + 10)
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(height)\" "
                + "viewBox=\"0 0 \(width) \(height)\" font-family=\"sans-serif\" font-size=\"11\">",
            "<rect width=\"\(width)\" height=\"\(height)\" fill=\"#ffffff\"/>",
            text(10, 18, "\(trial.plan.days) days, \(trial.plan.loss), seed \(trial.plan.seed)"),
        ]
        for (index, style) in Self.styles.enumerated() {
            let x = Self.left + index * 137
            lines.append("<rect x=\"\(x)\" y=\"28\" width=\"12\" height=\"12\" fill=\"\(style.colour)\"/>")
            lines.append(text(x + 17, 38, style.text))
        }
        for (meter, name) in names.enumerated() {
            let y = Self.top + meter * block
            lines.append(text(10, y + 12, Self.escaped(name)))
            for hour in stride(from: 0, through: 24, by: 6) {
                lines.append(text(Self.left + hour * 4 * Self.cell - 6, y + 12, "\(hour) h"))
            }
            for day in 0..<days { lines += strip(meter: meter, day: day, y: y + 18 + day * Self.row) }
        }
        return (lines + ["</svg>", ""]).joined(separator: "\n")
    }

    /// One rectangle for quarter-hours in a row of which the same came.
    private func strip(meter: Int, day: Int, y: Int) -> [String] {
        var lines: [String] = []
        if day % 7 == 0 {
            let date = (trial.start + .hours(24) * Int64(day)).description.prefix(10)
            lines.append(text(10, y + 7, String(date)))
        }
        let end = min((day + 1) * 96 - offset, trial.ledger.count(meter: meter))
        var quarter = max(0, day * 96 - offset)
        while quarter < end {
            let style = style(meter, quarter)
            let first = quarter
            while quarter < end, self.style(meter, quarter) == style { quarter += 1 }
            let (x, width) = (Self.left + (first + offset - day * 96) * Self.cell, (quarter - first) * Self.cell)
            lines.append(
                "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(width)\" height=\"\(Self.row - 1)\" "
                    + "fill=\"\(Self.styles[style].colour)\"/>")
        }
        return lines
    }

    private func style(_ meter: Int, _ quarter: Int) -> Int {
        if let arrival = trial.ledger.arrival(meter: meter, quarter: quarter) { return arrival.path.rawValue }
        let end = trial.start + .hours(24 * trial.plan.days)
        // What is sent again within a day has not been given up.
        return trial.start + .minutes(15) * Int64(quarter + 1) > end - .hours(24) ? Self.underWay : Self.missing
    }

    private func text(_ x: Int, _ y: Int, _ text: String) -> String { "<text x=\"\(x)\" y=\"\(y)\">\(text)</text>" }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    }
}
