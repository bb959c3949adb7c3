import BridgePlanning
import LoRaWAN
import MeterValues
import Timekeeping
import UplinkPayload

extension LayoutConfiguration {
    /// Configuration files with nothing in them but what decoders need: this one, and those that were in use before, which
    /// it names, beside it.
    package func files(at path: String) -> [(path: String, text: String)] {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let others = older.enumerated().map { number, older in (".older\(number + 1)", older) }
        return [(path, text(older: others.map { name + $0.0 }))] + others.flatMap { $1.files(at: path + $0) }
    }

    private func text(older: [String]) -> String {
        let meters = meterNames.map { "[[meter]]\nname = \(Self.quoted($0))\n" }
        let codec = [
            "[codec]", "region = \"\(model.region)\"", "class = \"\(model.isClassC ? "C" : "A")\"",
            "lowest_data_rate = \(lowestDataRate.index)", "keys = \"\(schema.keys.rawValue)\"",
            "older = [\(older.map(Self.quoted).joined(separator: ", "))]",
        ]
        let head =
            "# The layouts of a p1lora bridge, without keys: for decoders. Made by p1lora payload layout --export.\n"
        return ([head] + meters + zip(reports, schema.reports).map(text) + [codec.joined(separator: "\n") + "\n"])
            .joined(separator: "\n")
    }

    private func text(_ report: ReportConfiguration, _ layout: ReportLayout) -> String {
        var lines = ["[[report]]", "kind = \"\(report.kind.name)\"", "every = \"\(report.every.seconds)s\""]
        if report.kind != .status {
            lines.append("meters = [\(report.meters.map { Self.quoted(meterNames[$0]) }.joined(separator: ", "))]")
            lines += ["fields = ["] + layout.fields.map { "    \(Self.text($0))," } + ["]"]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// With all that the field has, so that a program of another version lays it out alike.
    private static func text(_ field: Field) -> String {
        let decimals = field.resolution.decimals
        let numbers = [("resolution", field.resolution.step), ("min", field.minimum), ("max", field.maximum)].map {
            "\($0.0) = \(FixedPoint(coefficient: $0.1, decimals: decimals))"
        }
        let unit = field.unit.symbol.isEmpty ? [] : ["unit = \"\(field.unit.symbol)\""]
        let texts = ["obis = \"\(field.source)\"", "name = \"\(field.name)\""] + unit
        return "{ \((texts + numbers).joined(separator: ", ")) }"
    }

    /// A basic string of TOML has the escapes of JSON.
    private static func quoted(_ text: String) -> String { JSONText.quoted(text) }
}
