import MeterValues
import SmartMeter
import UplinkPayload

/// What Home Assistant needs to show the meters and the bridge by itself: one message for each device, with its entities
/// (MQTT device discovery, Home Assistant 2024.11 and later).
struct HomeAssistantDiscovery: Sendable {
    let prefix: String
    let topics: BrokerTopics
    let version: String
    /// Seconds after which a value that is not renewed counts as unknown.
    let expiry: Int

    func meter(_ name: String, title: String, identifier: String?, values: MeterValues) -> BrokerMessage {
        let unique = "p1lora_\(topics.identifier)_\(name)"
        var device = [
            "\"ids\":[\(JSONText.quoted(unique))]", "\"name\":\(JSONText.quoted("Meter \(title)"))",
            "\"mdl\":\"P1 meter\"", "\"via_device\":\(JSONText.quoted("p1lora_\(topics.identifier)"))",
        ]
        if let identifier { device.append("\"sn\":\(JSONText.quoted(identifier))") }
        let components = values.values.map { value -> (String, [String]) in
            var members = [
                "\"name\":\(JSONText.quoted(Self.title(of: value.name)))",
                "\"value_template\":\(JSONText.quoted("{{ value_json.\(value.name) }}"))",
            ]
            members += Self.kind(of: value)
            return (value.name, members)
        }
        return message(
            unique, device: device, components: components, state: topics.meter(name),
            availability: [topics.availability, topics.meterAvailability(name)])
    }

    func bridge() -> BrokerMessage {
        let unique = "p1lora_\(topics.identifier)"
        let device = [
            "\"ids\":[\(JSONText.quoted(unique))]", "\"name\":\"p1lora \(topics.identifier.suffix(4))\"",
            "\"mdl\":\"P1 to LoRaWAN bridge\"", "\"sw\":\(JSONText.quoted(version))",
            "\"sn\":\(JSONText.quoted(topics.identifier))",
        ]
        func sensor(_ key: String, _ title: String, _ more: String...) -> (String, [String]) {
            let members = [
                "\"name\":\"\(title)\"", "\"value_template\":\"{{ value_json.\(key) }}\"",
                "\"entity_category\":\"diagnostic\"",
            ]
            return (key, members + more)
        }
        let total = "\"state_class\":\"total_increasing\""
        let measurement = "\"state_class\":\"measurement\""
        let components = [
            sensor("trouble", "Trouble"),
            sensor(
                "rssi", "RSSI", "\"device_class\":\"signal_strength\"", measurement, "\"unit_of_measurement\":\"dBm\""),
            sensor("snr", "SNR", "\"device_class\":\"signal_strength\"", measurement, "\"unit_of_measurement\":\"dB\""),
            sensor(
                "last_heard_s", "Since last word of network", "\"device_class\":\"duration\"", measurement,
                "\"unit_of_measurement\":\"s\""),
            sensor("uplinks_since_heard", "Uplinks since last word", measurement),
            sensor("data_rate", "Data rate", measurement), sensor("uplinks", "Uplinks", total),
            sensor("downlinks", "Downlinks", total),
            sensor("airtime_s", "Air-time", "\"device_class\":\"duration\"", total, "\"unit_of_measurement\":\"s\""),
        ]
        return message(
            unique, device: device, components: components, state: topics.bridge, availability: [topics.availability])
    }

    private func message(
        _ unique: String, device: [String], components: [(String, [String])], state: String, availability: [String]
    ) -> BrokerMessage {
        let parts = components.map { name, members in
            "\(JSONText.quoted(name)):{\"p\":\"sensor\",\"unique_id\":\(JSONText.quoted("\(unique)_\(name)")),"
                + "\"expire_after\":\(expiry)," + members.joined(separator: ",") + "}"
        }
        let places = availability.map { "{\"topic\":\(JSONText.quoted($0))}" }
        let payload =
            "{\"dev\":{\(device.joined(separator: ","))},\"o\":{\"name\":\"p1lora\",\"sw\":\(JSONText.quoted(version))},"
            + "\"cmps\":{\(parts.joined(separator: ","))},\"state_topic\":\(JSONText.quoted(state)),"
            + "\"availability\":[\(places.joined(separator: ","))],\"availability_mode\":\"all\"}"
        return BrokerMessage(topic: "\(prefix)/device/\(unique)/config", payload: payload)
    }

    /// "import_l1_kw" becomes "Import L1".
    private static func title(of name: String) -> String {
        let words = name.split(separator: "_").map(String.init)
        let units: Set<String> = ["kwh", "kvarh", "kw", "kvar", "kva", "v", "a", "hz", "m3"]
        let kept = words.count > 1 && words.last.map(units.contains) == true ? words.dropLast() : words[...]
        return kept.enumerated().map { index, word in
            let isPhase = word.count == 2 && (word.hasPrefix("l") || word.hasPrefix("t"))
            return isPhase ? word.uppercased() : index == 0 ? word.prefix(1).uppercased() + word.dropFirst() : word
        }.joined(separator: " ")
    }

    /// Device class, state class and unit, as Home Assistant lets them go together.
    private static func kind(of value: MeterValues.Value) -> [String] {
        func members(_ deviceClass: String?, _ stateClass: String, _ unit: String) -> [String] {
            (deviceClass.map { ["\"device_class\":\"\($0)\""] } ?? [])
                + ["\"state_class\":\"\(stateClass)\"", "\"unit_of_measurement\":\"\(unit)\""]
        }
        return switch value.unit.dimension {
        case .activeEnergy: members("energy", "total_increasing", value.unit.symbol)
        case .activePower: members("power", "measurement", value.unit.symbol)
        case .voltage: members("voltage", "measurement", "V")
        case .current: members("current", "measurement", "A")
        case .frequency: members("frequency", "measurement", "Hz")
        case .volume: members("volume", "total_increasing", value.unit == .cubicMetre ? "m³" : "L")
        case .heat: members("energy", "total_increasing", value.unit.symbol)
        // Home Assistant has no class for reactive energy, and for power other units.
        case .reactiveEnergy, .apparentEnergy: members(nil, "total_increasing", value.unit.symbol)
        case .reactivePower, .apparentPower: members(nil, "measurement", value.unit.symbol)
        case .number where value.name == "power_factor":
            members("power_factor", "measurement", "")
                .filter { !$0.hasPrefix("\"unit") }
        case .number, .time: []
        }
    }
}
