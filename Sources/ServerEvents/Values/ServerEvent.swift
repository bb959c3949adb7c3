/// What a network server tells.
public enum ServerEvent: Hashable, Sendable {
    /// An uplink of a device.
    case uplink(UplinkEvent)
    /// What became of a downlink.
    case downlink(DownlinkEvent)
    /// Something that says nothing of readings: a join, a status, a location, a line of a log.
    case other(String)
}

/// What became of a downlink that somebody had queued.
public struct DownlinkEvent: Hashable, Sendable {
    /// What became of a downlink.
    public enum Outcome: Hashable, Sendable {
        /// A gateway took it. Whether the device heard it, its answer alone tells.
        case sent
        /// The device has acknowledged it.
        case acknowledged
        /// The device has not acknowledged it in time.
        case notAcknowledged
        /// It was thrown away, with the server's reason.
        case failed(String)
    }

    /// For whom the downlink was.
    public var device: DeviceIdentifier
    /// That of ``DownlinkOrder/identifier``; nil for one of another sender's without any.
    public var identifier: String?
    /// What became of it.
    public var outcome: Outcome

    /// What a server says of a downlink that it was given.
    public init(device: DeviceIdentifier, identifier: String?, outcome: Outcome) {
        self.device = device
        self.identifier = identifier
        self.outcome = outcome
    }
}

/// Why a message of a server can't be used.
public enum ServerEventError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The message is longer than is read; both in bytes.
    case tooLong(bytes: Int, most: Int)
    /// The message is no JSON, with the reason.
    case noJSON(String)
    /// JSON of neither server.
    case unknownMessage
    /// A part has another form than it must.
    case wrong(String, seen: String, wanted: String)

    public var description: String {
        switch self {
        case .tooLong(let bytes, let most): "a message of \(bytes) bytes: at most \(most) are taken"
        case .noJSON(let reason): "no JSON of a network server: \(reason)"
        case .unknownMessage: "JSON that is neither an event of ChirpStack 4 nor a message of The Things Stack 3"
        case .wrong(let part, let seen, let wanted): "\(part) is \"\(seen)\", it must be \(wanted)"
        }
    }

    /// - Parameter seen: shortened, and on one line, for who reads the log.
    static func wrong(_ part: String, _ seen: String, wanted: String) -> Self {
        let plain = String(String.UnicodeScalarView(seen.unicodeScalars.prefix(40).map { $0.value < 32 ? " " : $0 }))
        return .wrong(part, seen: seen.unicodeScalars.count > 40 ? plain + "..." : plain, wanted: wanted)
    }
}
