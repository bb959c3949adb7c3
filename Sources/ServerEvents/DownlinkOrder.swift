public import Timekeeping

/// A downlink that a server is asked to send.
public struct DownlinkOrder: Hashable, Sendable {
    /// For whom it is.
    public var device: DeviceIdentifier
    /// Where the server has the device.
    public var address: DeviceAddress
    /// FPort, 1 to 223.
    public var port: UInt8
    /// FRMPayload.
    public var payload: [UInt8]
    /// Comes back in ``DownlinkEvent/identifier``. ChirpStack wants a UUID.
    public var identifier: String
    /// When it is of no use any more; The Things Stack can't be told.
    public var expiresAt: UTCInstant?

    /// What stands in front of the identifier among The Things Stack's correlation ids.
    static let correlationPrefix = "p1lora:"

    /// A downlink for a device that a server knows by this address.
    public init(
        device: DeviceIdentifier, address: DeviceAddress, port: UInt8, payload: [UInt8], identifier: String,
        expiresAt: UTCInstant? = nil
    ) {
        self.device = device
        self.address = address
        self.port = port
        self.payload = payload
        self.identifier = identifier
        self.expiresAt = expiresAt
    }

    /// Where it is published.
    /// - Parameter uplinkTopic: at which the device's uplinks come, where they come over MQTT: the server's own words for
    ///   application and device stand there, whatever its templates are.
    public func topic(uplinkTopic: String? = nil) -> String {
        switch address.server {
        case .chirpStack:
            if let uplinkTopic, let root = Self.root(of: uplinkTopic, "/event/up") { return root + "/command/down" }
            return "application/\(address.application)/device/\(device.lowercased)/command/down"
        case .theThingsStack:
            if let uplinkTopic, let root = Self.root(of: uplinkTopic, "/up") { return root + "/down/push" }
            return "v3/\(address.application)/devices/\(address.name)/down/push"
        }
    }

    private static func root(of topic: String, _ ending: String) -> String? {
        topic.hasSuffix(ending) ? String(topic.dropLast(ending.count)) : nil
    }

    /// The message itself.
    public var json: String {
        let data = Base64Part.text(payload)
        switch address.server {
        case .chirpStack:
            let expiry = expiresAt.map { ",\"expiresAt\":\"\($0)\"" } ?? ""
            return "{\"id\":\(JSONPart.quoted(identifier)),\"devEui\":\"\(device.lowercased)\",\"confirmed\":false,"
                + "\"fPort\":\(port),\"data\":\"\(data)\"\(expiry)}"
        case .theThingsStack:
            return "{\"downlinks\":[{\"f_port\":\(port),\"frm_payload\":\"\(data)\",\"priority\":\"NORMAL\","
                + "\"correlation_ids\":[\(JSONPart.quoted(Self.correlationPrefix + identifier))]}]}"
        }
    }
}
