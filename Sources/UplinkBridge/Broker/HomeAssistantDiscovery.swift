import MeterValues
import SmartMeter
import UplinkPayload

/// What Home Assistant needs to show the meters and the bridge by itself: one message for each device, with its entities
/// (MQTT device discovery, with the class of reactive energy: Home Assistant 2025.6 and later).
struct HomeAssistantDiscovery: Sendable {
    let prefix: String
    let topics: BrokerTopics
    let version: String
    /// Seconds after which a value that is not renewed counts as unknown.
    let expiry: Int

    func meter(_ name: String, title: String, identifier: String?, values: PublishedValues) -> BrokerMessage {
        let unique = "p1lora_\(topics.identifier)_\(name)"
        var device = [
            "\"ids\":[\(JSONText.quoted(unique))]", "\"name\":\(JSONText.quoted("Meter \(title)"))",
            "\"mdl\":\"P1 meter\"", "\"via_device\":\(JSONText.quoted("p1lora_\(topics.identifier)"))",
        ]
        if let identifier { device.append("\"sn\":\(JSONText.quoted(identifier))") }
        var titles: Set<String> = []
        let components =
            values.values.map { value in
                EntityDescription(value, title: Self.unique(EntityTitle.of(value.name), value.name, &titles))
            }
            + values.texts.map { name, _ in
                EntityDescription(text: name, title: Self.unique(EntityTitle.of(name), name, &titles))
            }
        let removed = Self.formerNames(values) + components.compactMap(\.formerSensor)
        return message(
            unique, device: device, components: components, removed: removed,
            state: topics.meter(name), availability: [topics.availability, topics.meterAvailability(name)])
    }

    /// What earlier versions called the meters of M-Bus channels that have the name of their medium now: an entity that
    /// nobody takes back stays in Home Assistant for ever, without a value.
    private static func formerNames(_ values: PublishedValues) -> [String] {
        let names = Set(values.values.map(\.name))
        return values.values.filter { $0.code.isMBusRegister }.map { "mbus\($0.code.b)_m3" }.filter {
            !names.contains($0)
        }
    }

    /// Home Assistant shows what is called alike as if it were one.
    private static func unique(_ title: String, _ name: String, _ taken: inout Set<String>) -> String {
        if taken.insert(title).inserted { return title }
        let longer = "\(title) (\(name))"
        taken.insert(longer)
        return longer
    }

    func bridge() -> BrokerMessage {
        let unique = "p1lora_\(topics.identifier)"
        let device = [
            "\"ids\":[\(JSONText.quoted(unique))]", "\"name\":\"p1lora \(topics.identifier.suffix(4))\"",
            "\"mdl\":\"P1 to LoRaWAN bridge\"", "\"sw\":\(JSONText.quoted(version))",
            "\"sn\":\(JSONText.quoted(topics.identifier))",
        ]
        func sensor(_ key: String, _ title: String, _ more: String...) -> EntityDescription {
            EntityDescription(
                key, title: title, template: "{{ value_json.\(key) }}",
                ["\"entity_category\":\"diagnostic\""] + more)
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
        _ unique: String, device: [String], components: [EntityDescription], removed: [String] = [], state: String,
        availability: [String]
    ) -> BrokerMessage {
        let parts = components.map { $0.json(unique: unique, expiry: expiry) } + removed.map(EntityDescription.removal)
        let places = availability.map { "{\"topic\":\(JSONText.quoted($0))}" }
        let payload =
            "{\"dev\":{\(device.joined(separator: ","))},\"o\":{\"name\":\"p1lora\",\"sw\":\(JSONText.quoted(version))},"
            + "\"cmps\":{\(parts.joined(separator: ","))},\"state_topic\":\(JSONText.quoted(state)),"
            + "\"availability\":[\(places.joined(separator: ","))],\"availability_mode\":\"all\"}"
        return BrokerMessage(topic: "\(prefix)/device/\(unique)/config", payload: payload)
    }
}
