import CollectorStore
import MeterValues
import UplinkPayload

/// A meter as a device of Home Assistant (MQTT device discovery). Its names are its own, so that two meters of one bridge, or
/// two bridges, are never taken for one.
struct HomeAssistantMeter {
    let name: String
    let unique: String
    let state: String
    /// Seconds after which what is not renewed counts as unknown.
    let expiry: Int64
    let registers: [StoredRegister]

    var payload: JSONValue {
        [
            "dev": ["ids": [.string(unique)], "name": .string(name), "mdl": "meter behind p1lora"],
            "o": ["name": "p1lora-collector"], "state_topic": .string(state),
            "cmps": .object(registers.map(component)),
        ]
    }

    private func component(_ register: StoredRegister) -> JSONValue.Member {
        let (kind, unit) = Self.kind(of: register)
        var members: [JSONValue.Member] = [
            .init("p", "sensor"), .init("unique_id", .string("\(unique)_\(register.name)")),
            .init("name", .string(Self.title(of: register.name))),
            .init("value_template", .string("{{ value_json.\(register.name) }}")),
            .init("expire_after", .number("\(expiry)")), .init("unit_of_measurement", .string(unit)),
            // A net register goes both ways.
            .init("state_class", .string(register.name.hasPrefix("net_") ? "total" : "total_increasing")),
        ]
        if let kind { members.append(.init("device_class", .string(kind))) }
        return .init(register.name, .object(members))
    }

    /// The energy dashboard takes gas and water by their own classes only.
    static func kind(of register: StoredRegister) -> (kind: String?, unit: String) {
        let symbol = register.unit.symbol
        return switch register.unit.dimension {
        case .activeEnergy, .heat: ("energy", symbol)
        case .reactiveEnergy: (register.unit == .megavarHour ? nil : "reactive_energy", symbol)
        case .volume: (volumeKind(register.name), register.unit == .cubicMetre ? "m³" : "L")
        default: (nil, symbol)
        }
    }

    private static func volumeKind(_ name: String) -> String {
        if name.hasPrefix("gas") { return "gas" }
        return name.hasPrefix("water") || name.hasPrefix("hot_water") ? "water" : "volume"
    }

    /// "import_t1_kwh" becomes "Import t1": the unit stands behind the value.
    static func title(of name: String) -> String {
        let words = name.split(separator: "_")
        let text = (words.count > 1 ? words.dropLast() : words[...]).joined(separator: " ")
        return text.prefix(1).uppercased() + text.dropFirst()
    }
}
