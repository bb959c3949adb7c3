import BridgeConfiguration
import Timekeeping
import UplinkPayload

/// The messages that a status makes.
struct BrokerPages: Sendable {
    let topics: BrokerTopics
    let discovery: HomeAssistantDiscovery?
    private let chosen: Set<String>?
    private let hasTopicPerValue: Bool

    init(_ configuration: BrokerConfiguration, devEui: String, version: String) {
        topics = BrokerTopics(prefix: configuration.access.prefix, devEui: devEui)
        chosen = configuration.values.map { Set($0) }
        hasTopicPerValue = configuration.hasTopicPerValue
        let (topics, every) = (topics, configuration.every)
        discovery = configuration.access.discoveryPrefix.map {
            HomeAssistantDiscovery(
                prefix: $0, topics: topics, version: version,
                expiry: Int(max(BrokerLoop.renewal * Int64(2), every * Int64(3)).seconds))
        }
    }

    /// In the order in which they are to be published: what a value is, before the value.
    func messages(for status: BridgeStatus) -> [BrokerMessage] {
        var messages: [BrokerMessage] = []
        if let discovery { messages.append(discovery.bridge()) }
        messages.append(BrokerMessage(topic: topics.bridge, payload: bridge(status)))
        for (meter, name) in zip(status.meters, BrokerTopics.names(of: status.meters.map(\.name))) {
            let values = PublishedValues(meter.registers, texts: meter.texts, chosen: chosen)
            if !values.isEmpty {
                if let discovery {
                    messages.append(
                        discovery.meter(name, title: meter.name, identifier: meter.identifier, values: values))
                }
                messages.append(BrokerMessage(topic: topics.meter(name), payload: values.json))
                if hasTopicPerValue { messages += single(values, of: name) }
            }
            let isThere = meter.state == .receiving || meter.state == .ended
            messages.append(
                BrokerMessage(topic: topics.meterAvailability(name), payload: isThere ? "online" : "offline"))
        }
        return messages
    }

    /// Numbers and texts as they are, without quotes.
    private func single(_ values: PublishedValues, of meter: String) -> [BrokerMessage] {
        values.values.map { BrokerMessage(topic: topics.value($0.name, of: meter), payload: "\($0.number)") }
            + values.texts.map { BrokerMessage(topic: topics.value($0.name, of: meter), payload: $0.text) }
    }

    /// One flat object.
    private func bridge(_ status: BridgeStatus) -> String {
        var members: [JSONValue.Member] = [
            .init("healthy", .flag(status.healthy)),
            .init("trouble", .string(String((status.troubles.first ?? "none").prefix(200)))),
            .init("version", .string(status.version)), .init("joined", .flag(status.link?.isJoined ?? false)),
            .init("uplinks", .number("\(status.counters.uplinks.reduce(0) { $0 + $1.count })")),
            .init("downlinks", .number("\(status.counters.downlinks)")),
            .init("airtime_s", .number("\(status.counters.airTimeSeconds)")),
        ]
        if let link = status.link {
            members += [
                .init("data_rate", JSONValue(link.dataRate)), .init("last_heard_s", JSONValue(link.heardAgoSeconds)),
                .init("uplinks_since_heard", .number("\(link.uplinksSinceHeard)")),
                .init("rssi", JSONValue(link.rssi)), .init("snr", JSONValue(link.snr)),
                .init("purse_left_s", JSONValue(link.purse?.leftSeconds)),
            ]
        }
        return JSONValue.object(members).text
    }
}
