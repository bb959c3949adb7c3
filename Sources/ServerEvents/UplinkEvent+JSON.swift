import Timekeeping

extension UplinkEvent {
    /// The event as its server would publish it: for simulations, and to try a collector out.
    public var json: String {
        switch address.server {
        case .chirpStack: chirpStackJSON
        case .theThingsStack: theThingsStackJSON
        }
    }

    /// Where its server would publish it.
    public var topic: String {
        switch address.server {
        case .chirpStack: "application/\(address.application)/device/\(device.lowercased)/event/up"
        case .theThingsStack: "v3/\(address.application)/devices/\(address.name)/up"
        }
    }

    private var chirpStackJSON: String {
        let time = receivedAt.map { "\"time\":\"\($0)\"," } ?? ""
        return "{\"deduplicationId\":\(JSONPart.quoted(identity)),\(time)\"deviceInfo\":{"
            + "\"applicationId\":\(JSONPart.quoted(address.application)),"
            + "\"deviceName\":\(JSONPart.quoted(address.name)),\"devEui\":\"\(device.lowercased)\"},"
            + "\"fCnt\":\(counter),\"fPort\":\(port),\"confirmed\":\(isConfirmed),"
            + "\"data\":\"\(Base64Part.text(payload))\",\"rxInfo\":[{\(members(gateway: "\"gatewayId\":"))}],"
            + "\"txInfo\":{\"modulation\":{\"lora\":{\"bandwidth\":\(radio.bandwidth ?? 125_000),"
            + "\"spreadingFactor\":\(radio.spreadingFactor ?? 7)}}}}"
    }

    private var theThingsStackJSON: String {
        let parts = address.application.split(separator: "@", maxSplits: 1).map(String.init)
        let application = "\"application_ids\":{\"application_id\":\(JSONPart.quoted(parts.first ?? ""))}"
        let tenant = parts.count > 1 ? ",\"network_ids\":{\"tenant_id\":\(JSONPart.quoted(parts[1]))}" : ""
        // What is 0, false or empty is left out.
        let counted = counter == 0 ? "" : "\"f_cnt\":\(counter),"
        let ported = port == 0 ? "" : "\"f_port\":\(port),"
        let confirmed = isConfirmed ? "\"confirmed\":true," : ""
        let filled = payload.isEmpty ? "" : "\"frm_payload\":\"\(Base64Part.text(payload))\","
        let time = receivedAt.map { ",\"received_at\":\"\($0)\"" } ?? ""
        let session = String(identity.prefix { $0 != " " })
        return "{\"end_device_ids\":{\"device_id\":\(JSONPart.quoted(address.name)),\(application),"
            + "\"dev_eui\":\"\(device)\"},\"uplink_message\":{\"session_key_id\":\(JSONPart.quoted(session)),"
            + "\(ported)\(counted)\(filled)\(confirmed)"
            + "\"rx_metadata\":[{\(members(gateway: "\"gateway_ids\":{\"gateway_id\":", end: "}"))}],"
            + "\"settings\":{\"data_rate\":{\"lora\":{\"bandwidth\":\(radio.bandwidth ?? 125_000),"
            + "\"spreading_factor\":\(radio.spreadingFactor ?? 7)}}}\(time)\(tenant)}}"
    }

    /// An RSSI is an integer to ChirpStack.
    private static func text(_ number: Double) -> String {
        Int(exactly: number).map { "\($0)" } ?? "\(number)"
    }

    private func members(gateway head: String, end: String = "") -> String {
        let numbers = [("rssi", radio.signal), ("snr", radio.noiseRatio)].compactMap { name, number in
            number.map { "\"\(name)\":\(Self.text($0))" }
        }
        return ([radio.gateway.map { head + JSONPart.quoted($0) + end }].compactMap { $0 } + numbers)
            .joined(separator: ",")
    }
}
