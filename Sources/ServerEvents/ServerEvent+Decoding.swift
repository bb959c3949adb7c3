import FoundationEssentials

extension ServerEvent {
    /// No event of a server is longer: an uplink heard by a hundred gateways has 60 kB.
    public static let longest = 1_048_576

    /// Reads a message of either server: what comes over MQTT, to a webhook, or out of The Things Stack's storage
    /// (`{"result": ...}`).
    ///
    /// Which server's and what it tells of is read from the message itself. Keys that are not known are passed over, and
    /// absent ones have their defaults. What the server's own codec made of the payload is not looked at.
    /// - Parameters:
    ///   - bytes: the JSON, in UTF-8.
    ///   - event: ChirpStack's name of the event (`up`, `ack`), where topic or query tell it.
    public init(json bytes: [UInt8], event: String? = nil) throws(ServerEventError) {
        guard bytes.count <= Self.longest else { throw .tooLong(bytes: bytes.count, most: Self.longest) }
        let message: ServerMessage
        do {
            message = try JSONDecoder().decode(ServerMessage.self, from: Data(bytes))
        } catch {
            throw .noJSON(Self.reason(error))
        }
        if let inner = message.theThingsStack {
            self = try inner.event()
        } else if let chirpStack = message.chirpStack {
            self = try chirpStack.event(named: event)
        } else {
            throw .unknownMessage
        }
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "\(error)" }
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return "\(path(context.codingPath)) has another type than it must"
        case .keyNotFound(let key, let context): return "\(path(context.codingPath + [key])) is missing"
        case .dataCorrupted(let context):
            return context.codingPath.isEmpty ? "it can't be parsed" : "\(path(context.codingPath)) can't be read"
        @unknown default: return "it can't be parsed"
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.isEmpty ? "the message" : keys.map(\.stringValue).joined(separator: ".")
    }
}

/// A message of either server, told by its first keys.
private struct ServerMessage: Decodable {
    let theThingsStack: TheThingsStackMessage?
    let chirpStack: ChirpStackMessage?

    private enum Keys: String, CodingKey {
        case result, deviceInfo
        case deviceIdentifiers = "end_device_ids"
    }

    init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: Keys.self)
        if keys.contains(.result) {
            theThingsStack = try keys.decode(TheThingsStackMessage.self, forKey: .result)
            chirpStack = nil
        } else if keys.contains(.deviceIdentifiers) {
            theThingsStack = try TheThingsStackMessage(from: decoder)
            chirpStack = nil
        } else {
            theThingsStack = nil
            chirpStack = keys.contains(.deviceInfo) ? try ChirpStackMessage(from: decoder) : nil
        }
    }
}
