/// Reads the Prometheus text format, version 0.0.4, and refuses all that the format or its conventions refuse.
struct ExpositionParser {
    struct Sample: Hashable {
        let name: String
        let labels: [String: String]
        let value: Double
    }

    struct Failure: Error, CustomStringConvertible { let description: String }

    private(set) var samples: [Sample] = []

    init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw Failure(description: "the last line has no end") }
        var types: [String: String] = [:]
        var helped: Set<String> = []
        var family = ""
        var closed: Set<String> = []
        var series: Set<Sample> = []
        for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("# ") {
                let words = line.split(separator: " ", maxSplits: 3)
                guard words.count == 4, words[1] == "HELP" || words[1] == "TYPE" else {
                    throw Failure(description: "comment: \(line)")
                }
                let name = String(words[2])
                if name != family {
                    closed.insert(family)
                    guard !closed.contains(name) else { throw Failure(description: "\(name) is in two places") }
                    family = name
                }
                if words[1] == "HELP" {
                    guard helped.insert(name).inserted, types[name] == nil else {
                        throw Failure(description: "HELP: \(line)")
                    }
                } else {
                    guard types[name] == nil, ["counter", "gauge"].contains(words[3]) else {
                        throw Failure(description: "TYPE: \(line)")
                    }
                    guard (words[3] == "counter") == name.hasSuffix("_total") else {
                        throw Failure(description: "\(name) is a \(words[3])")
                    }
                    types[name] = String(words[3])
                }
                continue
            }
            let sample = try Self.sample(line)
            guard sample.name == family, types[family] != nil, helped.contains(family) else {
                throw Failure(description: "\(sample.name) stands under \(family)")
            }
            if types[family] == "counter", !(sample.value >= 0) { throw Failure(description: "negative: \(line)") }
            guard series.insert(Sample(name: sample.name, labels: sample.labels, value: 0)).inserted else {
                throw Failure(description: "twice: \(line)")
            }
            samples.append(sample)
        }
    }

    func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        samples.first { $0.name == name && $0.labels == labels }?.value
    }

    private static func sample(_ line: Substring) throws -> Sample {
        var rest = line
        func failure() -> Failure { Failure(description: "sample: \(line)") }
        func name() throws -> String {
            let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
            guard let first = name.first, !first.isNumber else { throw failure() }
            rest = rest.dropFirst(name.count)
            return String(name)
        }
        func take(_ character: Character) throws {
            guard rest.first == character else { throw failure() }
            rest.removeFirst()
        }
        let metric = try name()
        var labels: [String: String] = [:]
        if rest.first == "{" {
            repeat {
                rest.removeFirst()
                let label = try name()
                guard !label.hasPrefix("__"), labels[label] == nil else { throw failure() }
                try take("=")
                try take("\"")
                var value = ""
                while let character = rest.popFirst(), character != "\"" {
                    guard character == "\\" else {
                        value.append(character)
                        continue
                    }
                    switch rest.popFirst() {
                    case "n": value.append("\n")
                    case "\\": value.append("\\")
                    case "\"": value.append("\"")
                    default: throw failure()
                    }
                }
                labels[label] = value
            } while rest.first == ","
            try take("}")
        }
        try take(" ")
        guard !rest.contains(" "), let value = Double(rest), value.isFinite else { throw failure() }
        return Sample(name: metric, labels: labels, value: value)
    }
}
