/// What stands at a topic of the broker, for whoever comes to see it later too (retained).
struct BrokerMessage: Hashable, Sendable {
    var topic: String
    var payload: String
}

/// Where things stand in the tree of a broker.
struct BrokerTopics: Sendable {
    /// prefix/70b3d57ed0000001
    let base: String
    /// 70b3d57ed0000001
    let identifier: String

    init(prefix: String, devEui: String) {
        identifier = devEui.lowercased()
        base = "\(prefix)/\(identifier)"
    }

    /// "online", or "offline": also the last will.
    var availability: String { "\(base)/availability" }
    /// How the bridge is.
    var bridge: String { "\(base)/bridge" }

    /// A meter's values.
    func meter(_ name: String) -> String { "\(base)/meter/\(name)" }
    /// One value of a meter alone.
    func value(_ value: String, of name: String) -> String { "\(meter(name))/\(value)" }
    func meterAvailability(_ name: String) -> String { "\(base)/meter/\(name)/availability" }

    /// Names of meters as topics and identifiers have them: letters, digits, `_` and `-`, each once.
    static func names(of meters: [String]) -> [String] {
        var taken: Set<String> = []
        return meters.enumerated().map { number, name in
            let plain = String(
                name.lowercased().unicodeScalars.map { scalar in
                    switch scalar {
                    case "a"..."z", "0"..."9", "-": Character(scalar)
                    default: "_"
                    }
                })
            var unique = taken.contains(plain) ? "\(plain)-\(number)" : plain
            while !taken.insert(unique).inserted { unique += "_" }
            return unique
        }
    }
}
