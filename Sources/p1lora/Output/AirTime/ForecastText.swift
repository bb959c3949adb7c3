import BridgeConfiguration
import BridgePlanning
import BridgeSimulation
import LoRaWAN
import SmartMeter
import Timekeeping
import UplinkPayload

/// What `plan` prints.
struct ForecastText {
    let forecast: Forecast

    private var dailyAirTime: TimeSpan? { forecast.configuration.lorawan.dailyAirTime }
    private var airTime: TimeSpan { forecast.steps.reduce(.zero) { $0 + $1.decision.airTime } }

    var text: String {
        let rate = forecast.dataRate.map { "at DR\($0)" } ?? "at the data rate that the network chooses"
        let limit = dailyAirTime.map { "the network's \($0) in 24 h" } ?? "the law alone"
        var lines = [
            "From \(forecast.begin), 24 hours, \(rate), within \(limit), profile "
                + "\(forecast.configuration.planner.rawValue); "
                + "\(Int(Forecast.shownLoss * 100)) % of the frames are taken as lost. The house is a simulated one.",
            "",
            "\(forecast.steps.count) uplinks, \(decimal(airTime.milliseconds, 3, places: 1)) s on the air. A quarter-hour "
                + "arrives, in the mean, with " + chances + ".",
            "",
            "UTC    \("what".padded(26))bytes  air-time  purse left  why",
        ]
        for step in forecast.steps {
            let decision = step.decision
            let left = decision.dailyAirTimeLeft.map { decimal($0.milliseconds, 3, places: 1) + " s" } ?? "-"
            lines.append(
                "\(clock(step.at))  \(subject(step).padded(26))\("\(decision.bytes)".padded(5, left: true))"
                    + "\("\(decision.airTime.milliseconds) ms".padded(10, left: true))\(left.padded(12, left: true))  "
                    + decision.reason)
        }
        lines.append("")
        let heads = Forecast.losses.map { "\(Int($0 * 100)) %".padded(9, left: true) }.joined()
        lines.append(
            "Chance in % that a quarter-hour arrives, when this part of the frames is lost (the worst of each hour)")
        lines.append("UTC".padded(14) + heads)
        for hour in 0..<24 {
            let rows = forecast.chances.enumerated().filter { $0.offset % 96 / 4 == hour }.map(\.element)
            guard let start = rows.first?.start else { continue }
            lines.append(
                "\(clock(start))-\(clock(start + .hours(1)))".padded(14)
                    + Forecast.losses.indices.map { index in
                        percent(rows.map { $0.arrives[index] }.min() ?? 0).padded(9, left: true)
                    }.joined())
        }
        lines.append(
            "in the mean".padded(14)
                + Forecast.losses.indices.map { percent(mean($0)).padded(9, left: true) }.joined())
        return lines.joined(separator: "\n")
    }

    private var chances: String {
        Forecast.losses.enumerated().map { "\(percent(mean($0))) % when \(Int($1 * 100)) % of the frames are lost" }
            .joined(separator: ", ")
    }

    var json: String {
        let uplinks = forecast.steps.map { step -> JSONValue in
            let decision = step.decision
            return [
                "time": .string("\(step.at)"), "what": .string("\(decision.uplink.kind)"),
                "meter": JSONValue(decision.uplink.meter.map(name)),
                "data_rate": JSONValue(decision.dataRate?.index), "bytes": .number("\(decision.bytes)"),
                "airtime_s": seconds(decision.airTime), "purse_left_s": seconds(decision.dailyAirTimeLeft),
                "quarter_hours": .number("\(step.quarters.count)"), "asks_acknowledgement": .flag(decision.asks),
                "reason": .string(decision.reason),
            ]
        }
        let chances = forecast.chances.map { chance -> JSONValue in
            .object(
                [.init("start", .string("\(chance.start)")), .init("meter", .string(name(chance.meter)))]
                    + zip(Forecast.losses, chance.arrives).map {
                        .init("arrives_at_\(Int($0 * 100))_percent", .number(probability($1)))
                    })
        }
        let whole: JSONValue = [
            "from": .string("\(forecast.begin)"), "profile": .string(forecast.configuration.planner.rawValue),
            "purse_s": seconds(dailyAirTime), "airtime_s": seconds(airTime), "uplinks": .array(uplinks),
            "quarter_hours": .array(chances),
        ]
        return whole.text
    }

    private func seconds(_ span: TimeSpan?) -> JSONValue {
        span.map { .number(decimal($0.milliseconds, 3, places: 3)) } ?? .null
    }

    private func name(_ meter: Int) -> String {
        let names = forecast.configuration.meterNames
        return names.indices.contains(meter) ? names[meter] : "\(meter)"
    }

    private func subject(_ step: TrialStep) -> String {
        step.decision.uplink.meter.map { "\(step.decision.uplink.kind) of \(name($0))" }
            ?? "\(step.decision.uplink.kind)"
    }

    private func clock(_ time: UTCInstant) -> String { String(time.description.dropFirst(11).prefix(5)) }

    private func mean(_ index: Int) -> Double {
        forecast.chances.reduce(0) { $0 + $1.arrives[index] } / Double(max(1, forecast.chances.count))
    }

    /// Rounded down: 100 is certain.
    private func percent(_ chance: Double) -> String { decimal(Int64(chance * 100_000), 3, places: 3) }
    private func probability(_ chance: Double) -> String { decimal(Int64(chance * 1_000_000), 6, places: 6) }

    private func decimal(_ coefficient: Int64, _ decimals: Int, places: Int) -> String {
        var (coefficient, decimals) = (coefficient, decimals)
        while decimals > places { (coefficient, decimals) = (coefficient / 10, decimals - 1) }
        return FixedPoint(coefficient: coefficient, decimals: decimals).description
    }
}

extension String {
    fileprivate func padded(_ width: Int, left: Bool = false) -> String {
        let blanks = String(repeating: " ", count: max(left ? 1 : 0, width - count))
        return left ? blanks + self : self + blanks
    }
}
