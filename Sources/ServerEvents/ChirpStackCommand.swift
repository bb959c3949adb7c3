import FoundationEssentials
public import Timekeeping

/// A downlink as ChirpStack 4 takes it at `command/down`.
public struct ChirpStackCommand: Hashable, Sendable {
    /// For whom it is.
    public let device: DeviceIdentifier
    /// Given by the sender, and told again in what becomes of it; empty where none was given.
    public let identifier: String
    /// FPort, 1 to 255.
    public let port: UInt8
    /// FRMPayload.
    public let payload: [UInt8]
    /// The device is to acknowledge it.
    public let isConfirmed: Bool
    /// Nobody wants it any more after that; nil for never.
    public let expiresAt: UTCInstant?

    private struct Message: Decodable {
        var id: String?
        var devEui: String
        var confirmed: Bool?
        var fPort: Int
        var data: String?
        var expiresAt: String?
    }

    /// - Parameter bytes: the message, in UTF-8.
    public init(json bytes: [UInt8]) throws(ServerEventError) {
        guard bytes.count <= ServerEvent.longest else {
            throw .tooLong(bytes: bytes.count, most: ServerEvent.longest)
        }
        let message: Message
        do {
            message = try JSONDecoder().decode(Message.self, from: Data(bytes))
        } catch {
            throw .noJSON("a downlink has devEui, fPort and data")
        }
        guard let device = DeviceIdentifier(hex: message.devEui) else {
            throw .wrong("devEui", message.devEui, wanted: "16 hexadecimal digits")
        }
        guard let port = UInt8(exactly: message.fPort), port > 0 else {
            throw .wrong("fPort", "\(message.fPort)", wanted: "1 to 255")
        }
        expiresAt = try message.expiresAt.map { text throws(ServerEventError) in
            guard let time = UTCInstant(rfc3339: text) else {
                throw .wrong("expiresAt", text, wanted: "a time as 2026-11-27T13:45:11Z")
            }
            return time
        }
        self.device = device
        self.port = port
        identifier = message.id ?? ""
        payload = try Base64Part.bytes(message.data ?? "", part: "data")
        isConfirmed = message.confirmed ?? false
    }
}
