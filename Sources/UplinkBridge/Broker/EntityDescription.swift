import MeterValues
import UplinkPayload

/// One entity of a device in Home Assistant's MQTT discovery.
struct EntityDescription {
    /// The key of its value.
    private let name: String
    private let platform: String
    private let members: [JSONValue.Member]

    /// - Parameters:
    ///   - name: the key of its value.
    ///   - template: makes the state of the device's message.
    init(
        _ name: String, platform: String = "sensor", title: String, template: String, _ members: [JSONValue.Member]
    ) {
        self.name = name
        self.platform = platform
        self.members = [.init("name", .string(title)), .init("value_template", .string(template))] + members
    }

    init(_ value: PublishedValues.Value, title: String) {
        let key = "value_json.\(value.name)"
        // Breaker and relays: 1 is connected (IEC 62056-6-2, 4.5.8).
        if value.code.isSwitch {
            let isBreaker = value.code.b == 0
            self.init(
                value.name, platform: "binary_sensor", title: title, template: "{{ 'ON' if \(key) == 1 else 'OFF' }}",
                isBreaker ? [.init("device_class", "power")] : [])
        } else {
            self.init(value.name, title: title, template: "{{ \(key) }}", Self.kind(of: value))
        }
    }

    /// A state has 255 characters at most.
    init(text name: String, title: String) {
        self.init(
            name, title: title, template: "{{ value_json.\(name)[:255] }}", [.init("entity_category", "diagnostic")])
    }

    /// The key of the component in its device. Breaker and relays were sensors of an earlier version, under their names: an entity
    /// does not change its platform, so the old one is taken back, and the new one stands under another key.
    private var key: String { platform == "sensor" ? name : "\(name)_\(platform)" }

    /// The name under which an earlier version had a sensor; nil where it still has.
    var formerSensor: String? { platform == "sensor" ? nil : name }

    /// A component of which nothing but its platform is said is taken out of its device.
    static func removal(of name: String) -> JSONValue.Member { .init(name, ["p": "sensor"]) }

    /// Of the components of its device.
    func member(unique: String, expiry: Int) -> JSONValue.Member {
        .init(
            key,
            .object(
                [
                    .init("p", .string(platform)), .init("unique_id", .string("\(unique)_\(name)")),
                    .init("expire_after", .number("\(expiry)")),
                ] + members))
    }

    /// Device class, state class and unit, as Home Assistant lets them go together: its energy dashboard takes gas and
    /// water by those classes only, and a class with a unit that is not its own is refused.
    private static func kind(of value: PublishedValues.Value) -> [JSONValue.Member] {
        func members(_ deviceClass: String?, _ stateClass: String?, _ unit: String?) -> [JSONValue.Member] {
            [("device_class", deviceClass), ("state_class", stateClass), ("unit_of_measurement", unit)]
                .compactMap { key, text in text.map { .init(key, .string($0)) } }
        }
        let (symbol, total) = (value.unit.symbol, value.totalState)
        return switch value.unit.dimension {
        case .activeEnergy, .heat: members("energy", total, symbol)
        case .activePower: members("power", "measurement", symbol)
        case .voltage: members("voltage", "measurement", symbol)
        case .current: members("current", "measurement", value.unit == .kiloampere ? nil : symbol)
        case .frequency: members("frequency", "measurement", symbol)
        case .volume: members(value.volumeClass, total, value.unit == .cubicMetre ? "m³" : "L")
        case .reactiveEnergy: members(value.unit == .megavarHour ? nil : "reactive_energy", total, symbol)
        case .apparentEnergy: members(nil, total, symbol)
        case .reactivePower: members(value.unit == .megavar ? nil : "reactive_power", "measurement", symbol)
        case .apparentPower: members(value.unit == .megavoltAmpere ? nil : "apparent_power", "measurement", symbol)
        case .number where value.name.hasPrefix("power_factor"): members("power_factor", "measurement", nil)
        case .number where value.isCounter: members(nil, "total_increasing", nil)
        case .number, .time: []
        }
    }
}

extension OBISCode {
    fileprivate var isSwitch: Bool { a == 0 && b <= 2 && c == 96 && d == 3 && e == 10 }
}

extension PublishedValues.Value {
    /// Of yesterday and last month nothing grows; a net register goes both ways.
    fileprivate var totalState: String? {
        if name.contains("yesterday") || name.contains("last_month") { return nil }
        return name.hasPrefix("net_") ? "total" : "total_increasing"
    }

    fileprivate var volumeClass: String {
        if name.hasPrefix("gas") { return "gas" }
        return name.hasPrefix("water") || name.hasPrefix("hot_water") ? "water" : "volume"
    }

    /// Failures of the power, sags and swells.
    fileprivate var isCounter: Bool { (code.c == 96 && code.d == 7) || code.d == 32 || code.d == 36 }
}
/// What a value is called on a screen: "import_l1_kw" becomes "Import power L1", "import_t1_kwh" "Import energy T1".
enum EntityTitle {
    /// What the unit at the end of a name says that the rest of it does not.
    private static let kinds = [
        "kwh": "energy", "wh": "energy", "mwh": "energy", "kvarh": "energy", "kvah": "energy", "kw": "power",
        "w": "power",
        "mw": "power", "kvar": "power", "kva": "power", "v": "", "a": "", "hz": "", "m3": "", "gj": "", "mj": "",
    ]
    /// Words to which "energy" and "power" belong.
    private static let flows: Set<String> = [
        "import", "export", "net", "excess", "absolute", "reactive", "apparent", "q1", "q2", "q3", "q4",
    ]

    static func of(_ name: String) -> String {
        var words = name.split(separator: "_").map(String.init)
        if words.count > 1, let last = words.last, let kind = kinds[last] {
            words.removeLast()
            let flow = words.prefix { flows.contains($0) }
            if !kind.isEmpty, !flow.isEmpty { words.insert(kind, at: flow.count) }
        }
        return words.enumerated().map { index, word in
            if isShort(word) { return word.uppercased() }
            if word == "id" { return "ID" }
            if word.hasSuffix("kw"), let number = Int(word.dropLast(2)) { return "\(number) kW" }
            return index == 0 ? word.prefix(1).uppercased() + word.dropFirst() : word
        }.joined(separator: " ")
    }

    /// L1, T2, Q3, N.
    private static func isShort(_ word: String) -> Bool {
        guard let first = word.first, "ltqn".contains(first) else { return false }
        return word == "n" || (word.count == 2 && word.dropFirst().allSatisfy(\.isNumber))
    }
}
