import Timekeeping

extension UplinkEvent {
    /// The event as its server would publish it: for simulations, and to try a collector out.
    public var json: String {
        switch address.server {
        case .chirpStack: chirpStackJSON()
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

    /// The event as ChirpStack 4 would publish it.
    /// - Parameter details: what a base knows beside it; nil for what no collector needs.
    public func chirpStackJSON(_ details: ChirpStackUplinkDetails? = nil) -> String {
        let time = receivedAt.map { "\"time\":\"\(details == nil ? "\($0)" : $0.microseconds)\"," } ?? ""
        let frequency = details.map { "\"frequency\":\($0.frequency)," } ?? ""
        return "{\"deduplicationId\":\(JSONPart.quoted(identity)),\(time)\"deviceInfo\":{"
            + "\"applicationId\":\(JSONPart.quoted(address.application)),"
            + "\"deviceName\":\(JSONPart.quoted(address.name)),\"devEui\":\"\(device.lowercased)\"},"
            + (details?.members ?? "")
            + "\"fCnt\":\(counter),\"fPort\":\(port),\"confirmed\":\(isConfirmed),"
            + "\"data\":\"\(Base64Part.text(payload))\",\"rxInfo\":[{\(members(gateway: "\"gatewayId\":"))}],"
            + "\"txInfo\":{\(frequency)\"modulation\":{\"lora\":{\"bandwidth\":\(radio.bandwidth ?? 125_000),"
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

/// What ChirpStack tells of an uplink beside what all servers tell.
public struct ChirpStackUplinkDetails: Hashable, Sendable {
    /// DevAddr of the session.
    public var devAddr: UInt32
    /// The region's number of the data rate.
    public var dataRate: Int
    /// The device lets the network choose its data rate.
    public var isAdaptive: Bool
    /// Hz.
    public var frequency: Int

    /// How a frame was heard.
    /// - Parameters:
    ///   - devAddr: of the session.
    ///   - dataRate: the region's number.
    ///   - isAdaptive: ADR.
    ///   - frequency: in Hz.
    public init(devAddr: UInt32, dataRate: Int, isAdaptive: Bool, frequency: Int) {
        (self.devAddr, self.dataRate, self.isAdaptive, self.frequency) = (devAddr, dataRate, isAdaptive, frequency)
    }

    fileprivate var members: String {
        "\"devAddr\":\"\(JSONPart.hexadecimal(devAddr))\",\"adr\":\(isAdaptive),\"dr\":\(dataRate),"
    }
}

extension UTCInstant {
    /// As ChirpStack writes times: "2026-11-22T23:10:00.123456+00:00".
    fileprivate var microseconds: String {
        let fraction = (nanoseconds - secondsSince1970 * 1_000_000_000) / 1_000
        return description.dropLast() + "." + "\(1_000_000 + fraction)".dropFirst() + "+00:00"
    }
}
