/// A page in the Prometheus text format, version 0.0.4: families of samples with what they mean.
package struct MetricsPage {
    package enum Kind: String {
        case counter, gauge
    }

    package private(set) var text = ""

    /// An empty one.
    package init() {}

    /// The type of the page's content.
    package static let type = "text/plain; version=0.0.4; charset=utf-8"

    /// A family without samples is left out.
    /// - Parameters:
    ///   - name: without the prefix that all have.
    ///   - kind: counters go up alone.
    ///   - help: one sentence.
    ///   - samples: labels and values; values are decimal numbers.
    package mutating func family(
        _ name: String, _ kind: Kind, _ help: String, _ samples: [(labels: [(String, String)], value: String)]
    ) {
        guard !samples.isEmpty else { return }
        let name = "p1lora_" + name
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
        for sample in samples {
            let labels = sample.labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
            text += name + (labels.isEmpty ? "" : "{\(labels)}") + " \(sample.value)\n"
        }
    }

    /// A family of one sample without labels; left out where there is no value.
    package mutating func family(_ name: String, _ kind: Kind, _ help: String, value: String?) {
        family(name, kind, help, value.map { [([], $0)] } ?? [])
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
