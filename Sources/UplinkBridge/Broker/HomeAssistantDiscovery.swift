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
        var device: [JSONValue.Member] = [
            .init("ids", [.string(unique)]), .init("name", .string("Meter \(title)")), .init("mdl", "P1 meter"),
            .init("via_device", .string("p1lora_\(topics.identifier)")),
        ]
        if let identifier { device.append(.init("sn", .string(identifier))) }
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
        let device: [JSONValue.Member] = [
            .init("ids", [.string(unique)]), .init("name", .string("p1lora \(topics.identifier.suffix(4))")),
            .init("mdl", "P1 to LoRaWAN bridge"), .init("sw", .string(version)),
            .init("sn", .string(topics.identifier)),
        ]
        func sensor(_ key: String, _ title: String, _ more: JSONValue.Member...) -> EntityDescription {
            EntityDescription(
                key, title: title, template: "{{ value_json.\(key) }}",
                [.init("entity_category", "diagnostic")] + more)
        }
        let total = JSONValue.Member("state_class", "total_increasing")
        let measurement = JSONValue.Member("state_class", "measurement")
        let strength = JSONValue.Member("device_class", "signal_strength")
        let duration = JSONValue.Member("device_class", "duration")
        func unit(_ symbol: JSONValue) -> JSONValue.Member { .init("unit_of_measurement", symbol) }
        let components = [
            sensor("trouble", "Trouble"),
            sensor("rssi", "RSSI", strength, measurement, unit("dBm")),
            sensor("snr", "SNR", strength, measurement, unit("dB")),
            sensor("last_heard_s", "Since last word of network", duration, measurement, unit("s")),
            sensor("uplinks_since_heard", "Uplinks since last word", measurement),
            sensor("data_rate", "Data rate", measurement), sensor("uplinks", "Uplinks", total),
            sensor("downlinks", "Downlinks", total),
            sensor("airtime_s", "Air-time", duration, total, unit("s")),
        ]
        return message(
            unique, device: device, components: components, state: topics.bridge, availability: [topics.availability])
    }

    private func message(
        _ unique: String, device: [JSONValue.Member], components: [EntityDescription], removed: [String] = [],
        state: String, availability: [String]
    ) -> BrokerMessage {
        let parts =
            components.map { $0.member(unique: unique, expiry: expiry) } + removed.map(EntityDescription.removal)
        let payload: JSONValue = [
            "dev": .object(device), "o": ["name": "p1lora", "sw": .string(version)], "cmps": .object(parts),
            "state_topic": .string(state), "availability": .array(availability.map { ["topic": .string($0)] }),
            "availability_mode": "all",
        ]
        return BrokerMessage(topic: "\(prefix)/device/\(unique)/config", payload: payload.text)
    }
}
