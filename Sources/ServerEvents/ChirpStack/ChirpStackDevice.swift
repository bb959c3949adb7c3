public import Timekeeping

/// A device as ChirpStack 4 would speak of it, for who stands in its place: a base without a network server.
public struct ChirpStackDevice: Hashable, Sendable {
    /// By which everybody tells it apart.
    public var device: DeviceIdentifier
    /// ChirpStack's identifier of the application: the first part of all topics.
    public var application: String
    /// For people.
    public var name: String

    /// A device of an application.
    public init(device: DeviceIdentifier, application: String, name: String) {
        self.device = device
        self.application = application
        self.name = name
    }

    /// Where an event of it is published.
    /// - Parameter event: `up`, `join`, `ack` or `txack`.
    public func topic(_ event: String) -> String {
        "application/\(application)/device/\(device.lowercased)/event/\(event)"
    }

    /// Where downlinks for the devices of an application come.
    public static func commands(of application: String) -> String { "application/\(application)/device/+/command/down" }

    /// Where downlinks for one of them come.
    public static func command(for device: DeviceIdentifier, of application: String) -> String {
        "application/\(application)/device/\(device.lowercased)/command/down"
    }

    /// The device has joined.
    /// - Parameters:
    ///   - address: its DevAddr.
    ///   - time: when; nil while nobody knows the date.
    public func joined(address: UInt32, at time: UTCInstant?) -> String {
        "{\(head(time)),\"devAddr\":\"\(JSONPart.hexadecimal(address))\"}"
    }

    /// The device has acknowledged a confirmed downlink, or was heard and has not.
    public func acknowledged(_ identifier: String, _ isAcknowledged: Bool, counter: UInt32, at time: UTCInstant?)
        -> String
    {
        "{\(head(time)),\"queueItemId\":\(JSONPart.quoted(identifier)),\"acknowledged\":\(isAcknowledged),"
            + "\"fCntDown\":\(counter)}"
    }

    /// A downlink has left the antenna.
    public func sent(_ identifier: String, gateway: String, counter: UInt32, at time: UTCInstant?) -> String {
        "{\(head(time)),\"queueItemId\":\(JSONPart.quoted(identifier)),\"fCntDown\":\(counter),"
            + "\"gatewayId\":\(JSONPart.quoted(gateway))}"
    }

    /// A downlink was thrown away.
    /// - Parameters:
    ///   - identifier: given by who queued it.
    ///   - code: ChirpStack's word for the reason.
    ///   - reason: for people.
    ///   - time: when; nil while nobody knows the date.
    public func lost(_ identifier: String, code: String, reason: String, at time: UTCInstant?) -> String {
        "{\(head(time)),\"level\":\"ERROR\",\"code\":\"\(code)\",\"description\":\(JSONPart.quoted(reason)),"
            + "\"context\":{\"queue_item_id\":\(JSONPart.quoted(identifier))}}"
    }

    private func head(_ time: UTCInstant?) -> String {
        (time.map { "\"time\":\"\($0)\"," } ?? "") + "\"deviceInfo\":{"
            + "\"applicationId\":\(JSONPart.quoted(application)),\"deviceName\":\(JSONPart.quoted(name)),"
            + "\"devEui\":\"\(device.lowercased)\"}"
    }
}
