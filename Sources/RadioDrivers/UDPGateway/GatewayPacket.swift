/// A datagram of the packet forwarders' protocol, version 2 (Semtech PROTOCOL.TXT): version, token, type, gateway, JSON.
enum GatewayPacket: Hashable {
    case pushAcknowledgement(token: UInt16)
    case pullAcknowledgement(token: UInt16)
    case pullResponse(token: UInt16, json: [UInt8])

    enum Kind: UInt8 {
        case pushData = 0
        case pushAcknowledgement = 1
        case pullData = 2
        case pullResponse = 3
        case pullAcknowledgement = 4
        case transmitAcknowledgement = 5
    }

    static let version: UInt8 = 2
    /// An order with the longest frame has 700; taking apart what is much longer costs time.
    private static let longest = 4_096

    /// What a server sends; nil for anything else.
    init?(_ datagram: [UInt8]) {
        guard (4...Self.longest).contains(datagram.count), datagram[0] == Self.version else { return nil }
        let token = UInt16(datagram[1]) << 8 | UInt16(datagram[2])
        switch Kind(rawValue: datagram[3]) {
        case .pushAcknowledgement: self = .pushAcknowledgement(token: token)
        case .pullAcknowledgement: self = .pullAcknowledgement(token: token)
        case .pullResponse: self = .pullResponse(token: token, json: Array(datagram.dropFirst(4)))
        default: return nil
        }
    }

    /// What a gateway sends.
    static func fromGateway(_ kind: Kind, token: UInt16, eui: UInt64, json: [UInt8] = []) -> [UInt8] {
        let identity = (0..<8).reversed().map { UInt8(truncatingIfNeeded: eui >> ($0 * 8)) }
        return [version, UInt8(token >> 8), UInt8(truncatingIfNeeded: token), kind.rawValue] + identity + json
    }
}
