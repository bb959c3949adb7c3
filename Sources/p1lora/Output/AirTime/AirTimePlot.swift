import Glibc
import LoRaWAN
import Timekeeping
import UplinkBridge

/// The air-time staircase of each data rate as a picture, on a logarithmic scale, with the daily air-time as lines.
struct AirTimePlot {
    let table: AirTimeTable

    private static let (left, top, width, height) = (70.0, 30.0, 760.0, 420.0)
    /// 20 ms to 10 s: the shortest and the longest frame of any region lie within.
    private static let (lowest, highest) = (20.0, 10_000.0)
    private static let colours = ["#b2182b", "#d6604d", "#e08214", "#7fbc41", "#4393c3", "#2166ac", "#542788"]

    var svg: String {
        let (left, top, width, height) = (Self.left, Self.top, Self.width, Self.height)
        var shapes: [String] = []
        for milliseconds in [20.0, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000] {
            let y = y(milliseconds)
            shapes.append("<path d=\"M\(left) \(y)h\(width)\" stroke=\"#ddd\"/>")
            shapes.append("<text x=\"\(left - 6)\" y=\"\(y + 4)\" text-anchor=\"end\">\(Int(milliseconds)) ms</text>")
        }
        for bytes in stride(from: 0, through: 240, by: 20) {
            let x = x(Double(bytes))
            shapes.append("<path d=\"M\(x) \(top)v\(height)\" stroke=\"#eee\"/>")
            shapes.append("<text x=\"\(x)\" y=\"\(top + height + 16)\" text-anchor=\"middle\">\(bytes)</text>")
        }
        for (index, row) in table.rows.enumerated() {
            let colour = Self.colours[index % Self.colours.count]
            shapes.append("<path d=\"\(path(row))\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\"/>")
            guard let last = row.steps.last else { continue }
            shapes.append(
                "<text x=\"\(x(Double(last.lastPayload)) + 6)\" y=\"\(y(milliseconds(last.airTime)))\" "
                    + "fill=\"\(colour)\">\(row.dataRate) \(row.modulation)</text>")
        }
        if let dailyAirTime = table.dailyAirTime {
            for period in AirTimeText.periods {
                let budget = milliseconds(dailyAirTime) * Double(period) / 1_440
                guard budget > Self.lowest, budget < Self.highest else { continue }
                shapes.append(
                    "<path d=\"M\(left) \(y(budget))h\(width + 95)\" stroke=\"#000\" stroke-dasharray=\"6 4\"/>"
                        + "<text x=\"\(left + width + 100)\" y=\"\(y(budget) + 4)\">every \(period) min</text>")
            }
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(left + width + 190) \(top + height + 50)" \
            font-family="sans-serif" font-size="12">
            <rect width="100%" height="100%" fill="white"/>
            <text x="\(left)" y="18" font-weight="bold">Air-time of an uplink in \
            \(table.region.name)\(table.dailyAirTime.map { ", and how often a purse of \($0) in 24 h bears it" } ?? "")</text>
            \(shapes.joined(separator: "\n"))
            <text x="\(left + width / 2)" y="\(top + height + 38)" text-anchor="middle">bytes of payload</text>
            </svg>

            """
    }

    private func path(_ row: AirTimeTable.Row) -> String {
        var commands = ""
        var from = 0.0
        for step in row.steps {
            let y = y(milliseconds(step.airTime))
            commands += commands.isEmpty ? "M\(x(from)) \(y)" : "V\(y)"
            from = Double(step.lastPayload + 1)
            commands += "H\(x(min(from, 243)))"
        }
        return commands
    }

    private func milliseconds(_ span: TimeSpan) -> Double { Double(span.microseconds) / 1_000 }
    private func x(_ bytes: Double) -> Double { tenth(Self.left + Self.width * bytes / 250) }

    private func y(_ milliseconds: Double) -> Double {
        let share = log(milliseconds / Self.lowest) / log(Self.highest / Self.lowest)
        return tenth(Self.top + Self.height * (1 - share))
    }

    private func tenth(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}
