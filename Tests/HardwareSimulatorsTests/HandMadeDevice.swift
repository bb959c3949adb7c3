import Ciphers
import Testing

/// The device's side of LoRaWAN 1.0 in a few lines, from the specification and the block cipher: what the server's
/// frame code is checked against where the published vectors end.
struct HandMadeDevice {
    struct Downlink {
        let control: UInt8
        let options: [UInt8]
        let port: UInt8?
        let payload: [UInt8]
    }

    var devAddr: UInt32 = 0x0102_0304
    let network: AES128Key
    let application: AES128Key

    init(network: AES128Key, application: AES128Key) throws {
        self.network = network
        self.application = application
    }

    private static func bytes(_ value: UInt32, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }

    private func crypt(_ payload: [UInt8], _ key: AES128Key, _ direction: UInt8, _ counter: UInt32) -> [UInt8] {
        var output: [UInt8] = []
        for (index, byte) in payload.enumerated() {
            let block =
                [1, 0, 0, 0, 0, direction] + Self.bytes(devAddr, 4) + Self.bytes(counter, 4) + [
                    0, UInt8(index / 16 + 1),
                ]
            let pad = (try? AES128(key))?.encrypt(blocks: block) ?? []
            output.append(byte ^ pad[index % 16])
        }
        return output
    }

    private func code(_ message: [UInt8], _ direction: UInt8, _ counter: UInt32) -> [UInt8] {
        let head = [0x49, 0, 0, 0, 0, direction] + Self.bytes(devAddr, 4) + Self.bytes(counter, 4)
        let whole = head + [0, UInt8(message.count)] + message
        return Array(((try? AESCMAC(network))?.code(for: whole) ?? []).prefix(4))
    }

    func uplink(
        counter: UInt32, port: UInt8, payload: [UInt8], confirmed: Bool = false, control: UInt8 = 0
    ) -> [UInt8] {
        var frame = [confirmed ? 0x80 : 0x40] + Self.bytes(devAddr, 4) + [control] + Self.bytes(counter, 2) + [port]
        frame += crypt(payload, port == 0 ? network : application, 0, counter)
        return frame + code(frame, 0, counter)
    }

    func open(_ frame: [UInt8], counter: UInt32) throws -> Downlink {
        let signed = Array(frame.dropLast(4))
        try #require(signed.count >= 8 && Array(frame.suffix(4)) == code(signed, 1, counter), "integrity code")
        let end = 8 + Int(frame[5] & 15)
        let port = signed.count > end ? signed[end] : nil
        let payload = crypt(Array(signed.dropFirst(end + 1)), port == 0 ? network : application, 1, counter)
        return Downlink(control: frame[5], options: Array(signed[8..<end]), port: port, payload: payload)
    }

    /// Without MHDR and integrity code.
    static func openJoinAccept(_ frame: [UInt8], key: AES128Key) throws -> [UInt8] {
        let plain = try #require(AES128(key).encrypt(blocks: Array(frame.dropFirst())))
        let fields = Array(plain.dropLast(4))
        let code = try #require(AESCMAC(key).code(for: [frame[0]] + fields))
        try #require(Array(plain.suffix(4)) == Array(code.prefix(4)), "integrity code")
        return fields
    }

    static func sessionKeys(
        _ key: AES128Key, joinNonce: UInt32, netID: UInt32, devNonce: UInt32
    ) throws -> HandMadeDevice {
        func derive(_ kind: UInt8) throws -> AES128Key {
            let seed =
                [kind] + bytes(joinNonce, 3) + bytes(netID, 3) + bytes(devNonce, 2) + [UInt8](repeating: 0, count: 7)
            return try AES128Key(try #require(AES128(key).encrypt(blocks: seed)))
        }
        return try HandMadeDevice(network: derive(1), application: derive(2))
    }

    static func joined(_ accept: [UInt8], nonce: UInt32, key: AES128Key) throws -> HandMadeDevice {
        func value(_ range: Range<Int>) -> UInt32 { accept[range].reversed().reduce(0) { $0 << 8 | UInt32($1) } }
        return try sessionKeys(key, joinNonce: value(0..<3), netID: value(3..<6), devNonce: nonce)
    }
}
