import Ciphers

/// The network's side, written for the tests from the specification alone: it shares no frame code with the device.
final class Peer {
    static let appKeyHex = "2b7e151628aed2a6abf7158809cf4f3c"

    struct Uplink: Equatable {
        var confirmed: Bool
        var control: UInt8
        var counter: UInt32
        var options: [UInt8]
        var port: UInt8?
        var payload: [UInt8]

        var adr: Bool { control & 0x80 != 0 }
        var adrAckReq: Bool { control & 0x40 != 0 }
        var ack: Bool { control & 0x20 != 0 }
    }

    enum Failure: Error { case malformed(String) }

    let rootAES: AES128
    let rootMAC: AESCMAC
    var networkKey: [UInt8] = []
    var applicationKey: [UInt8] = []
    let address: [UInt8] = [0x78, 0x56, 0x34, 0x12]  // 12345678 in wire order
    var joinNonce: UInt32 = 0
    var rxDelay: UInt8 = 1
    var downlinkSettings: UInt8 = 0
    var channelList: [UInt8] = []
    var devNonces: [UInt16] = []
    var lastUplinkCounter: Int64 = -1
    var downlinkCounter: UInt32 = 0

    init(appKey: String = Peer.appKeyHex) throws {
        let key = try AES128Key(hex: appKey)
        rootAES = try AES128(key)
        rootMAC = try AESCMAC(key)
    }

    /// Checks a join-request and answers it.
    func joinAccept(to request: [UInt8]) throws -> [UInt8] {
        guard request.count == 23, request[0] == 0x00 else { throw Failure.malformed("join-request") }
        guard let code = rootMAC.code(for: Array(request[..<19])), Array(code[..<4]) == Array(request[19...]) else {
            throw Failure.malformed("MIC of the join-request")
        }
        let devNonce = Array(request[17..<19])
        devNonces.append(UInt16(devNonce[0]) | UInt16(devNonce[1]) << 8)
        joinNonce += 1
        let nonce = [UInt8(joinNonce & 255), UInt8(joinNonce >> 8 & 255), UInt8(joinNonce >> 16 & 255)]
        let netID: [UInt8] = [0x13, 0, 0]
        var plain: [UInt8] = [0x20] + nonce + netID + address + [downlinkSettings, rxDelay] + channelList
        plain += try mac(rootMAC, plain)
        guard let body = rootAES.decrypt(blocks: Array(plain[1...])),
            let keys = rootAES.encrypt(
                blocks: [1] + nonce + netID + devNonce + [UInt8](repeating: 0, count: 7) + [2] + nonce + netID
                    + devNonce
                    + [UInt8](repeating: 0, count: 7))
        else { throw Failure.malformed("AES") }
        networkKey = Array(keys[..<16])
        applicationKey = Array(keys[16...])
        lastUplinkCounter = -1
        downlinkCounter = 0
        return [0x20] + body
    }

    /// Checks and decrypts an uplink.
    func open(_ frame: [UInt8]) throws -> Uplink {
        guard frame.count >= 12, frame[0] == 0x40 || frame[0] == 0x80, Array(frame[1..<5]) == address else {
            throw Failure.malformed("header \(frame.hex)")
        }
        let wire = UInt32(frame[6]) | UInt32(frame[7]) << 8
        var counter = wire
        while Int64(counter) < lastUplinkCounter { counter += 0x10000 }
        let body = Array(frame[..<(frame.count - 4)])
        let code = try mac(AESCMAC(AES128Key(networkKey)), block(0x49, 0, counter, UInt8(body.count)) + body)
        guard code == Array(frame[(frame.count - 4)...]) else { throw Failure.malformed("MIC of uplink \(counter)") }
        lastUplinkCounter = Int64(counter)
        let optionsEnd = 8 + Int(frame[5] & 15)
        guard optionsEnd <= body.count else { throw Failure.malformed("FOpts") }
        let port = optionsEnd < body.count ? body[optionsEnd] : nil
        var payload = port == nil ? [] : Array(body[(optionsEnd + 1)...])
        payload = try crypt(payload, direction: 0, counter: counter, port: port ?? 1)
        return Uplink(
            confirmed: frame[0] == 0x80, control: frame[5], counter: counter, options: Array(body[8..<optionsEnd]),
            port: port, payload: payload)
    }

    /// A downlink with the next counter, or with one that the test chooses.
    func downlink(
        confirmed: Bool = false, ack: Bool = false, pending: Bool = false, options: [UInt8] = [], port: UInt8? = nil,
        payload: [UInt8] = [], counter: UInt32? = nil, to other: [UInt8]? = nil,
        reserved: (header: UInt8, control: UInt8) = (0, 0)
    ) throws -> [UInt8] {
        let number = counter ?? downlinkCounter
        if counter == nil { downlinkCounter += 1 }
        var frame: [UInt8] = [(confirmed ? 0xA0 : 0x60) | reserved.header] + (other ?? address)
        frame.append(reserved.control | (ack ? 0x20 : 0) | (pending ? 0x10 : 0) | UInt8(options.count))
        frame += [UInt8(number & 255), UInt8(number >> 8 & 255)] + options
        if let port { frame += [port] + (try crypt(payload, direction: 1, counter: number, port: port)) }
        return frame
            + (try mac(AESCMAC(AES128Key(networkKey)), block(0x49, 1, number, UInt8(frame.count)) + frame))
    }

    private func block(_ kind: UInt8, _ direction: UInt8, _ counter: UInt32, _ last: UInt8) -> [UInt8] {
        let number = [0, 8, 16, 24].map { UInt8(counter >> $0 & 255) }
        return [kind, 0, 0, 0, 0, direction] + address + number + [0, last]
    }

    private func crypt(_ bytes: [UInt8], direction: UInt8, counter: UInt32, port: UInt8) throws -> [UInt8] {
        let cipher = try AES128(AES128Key(port == 0 ? networkKey : applicationKey))
        var result: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 16) {
            guard let key = cipher.encrypt(blocks: block(1, direction, counter, UInt8(start / 16 + 1))) else {
                throw Failure.malformed("AES")
            }
            for index in start..<min(start + 16, bytes.count) { result.append(bytes[index] ^ key[index - start]) }
        }
        return result
    }

    private func mac(_ cmac: AESCMAC, _ bytes: [UInt8]) throws -> [UInt8] {
        guard let code = cmac.code(for: bytes) else { throw Failure.malformed("CMAC") }
        return Array(code[..<4])
    }
}
