public import LoRaWAN
public import Timekeeping

/// A message for a device, which waits for its next uplink.
public struct QueuedDownlink: Hashable, Sendable {
    /// Given by who queued it.
    public var identifier: String
    /// FPort 1 to 223.
    public var port: UInt8
    /// FRMPayload, not encrypted.
    public var payload: [UInt8]
    /// The device is to acknowledge it.
    public var confirmed: Bool
    /// Nobody wants it any more after that; nil for never.
    public var expiresAt: UTCInstant?

    /// A message for a device.
    public init(
        identifier: String, port: UInt8, payload: [UInt8], confirmed: Bool = false, expiresAt: UTCInstant? = nil
    ) {
        self.expiresAt = expiresAt
        self.identifier = identifier
        self.port = port
        self.payload = payload
        self.confirmed = confirmed
    }
}

/// Why a downlink is not queued.
public enum QueueRefusal: Error, Hashable, Sendable {
    /// It is not in the configuration.
    case unknownDevice(DevEUI)
    /// FPort is 1 to 223.
    case wrongPort(UInt8)
    /// More bytes than any data rate carries.
    case tooLong(bytes: Int, limit: Int)
    /// So many wait already.
    case full(Int)
}

extension QueueRefusal: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknownDevice(let device): "\(device) is not a device of this base"
        case .wrongPort(let port): "FPort \(port) carries no application data, 1 to 223 do"
        case .tooLong(let bytes, let limit): "\(bytes) bytes are too many, \(limit) fit"
        case .full(let count): "\(count) downlinks wait for the device already"
        }
    }
}
