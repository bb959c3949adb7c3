import Ciphers

/// The ciphers of LoRaWAN 1.0 as a network server uses them (TS001 4.3, 6.2), by its own code.
struct ServerCipher {
    enum Direction: UInt8 {
        case up = 0
        case down = 1
    }

    private let block: AES128
    private let mac: AESCMAC

    init(_ key: AES128Key) throws(CipherError) {
        block = try AES128(key)
        mac = try AESCMAC(key)
    }

    /// The first four bytes of the CMAC over a whole message, as in join frames (TS001 6.2.2).
    func code(_ message: [UInt8]) -> [UInt8] { Array((mac.code(for: message) ?? []).prefix(4)) }

    /// The message integrity code of a data frame (TS001 4.4).
    func code(_ message: [UInt8], direction: Direction, devAddr: UInt32, counter: UInt32) -> [UInt8] {
        let head: [UInt8] = [0x49, 0, 0, 0, 0, direction.rawValue] + devAddr.littleEndianBytes
        return code(head + counter.littleEndianBytes + [0, UInt8(truncatingIfNeeded: message.count)] + message)
    }

    /// Encrypts or decrypts the payload of a data frame (TS001 4.3.3).
    func crypt(_ payload: [UInt8], direction: Direction, devAddr: UInt32, counter: UInt32) -> [UInt8] {
        var stream: [UInt8] = []
        for index in 0..<((payload.count + 15) / 16) {
            let head: [UInt8] = [0x01, 0, 0, 0, 0, direction.rawValue] + devAddr.littleEndianBytes
            stream += head + counter.littleEndianBytes + [0, UInt8(truncatingIfNeeded: index + 1)]
        }
        let pad = block.encrypt(blocks: stream) ?? stream
        return zip(payload, pad).map { $0 ^ $1 }
    }

    /// A join-accept is "decrypted" by the server, so that a device needs encryption only (TS001 6.2.3).
    func sealJoinAccept(_ plain: [UInt8]) -> [UInt8] { block.decrypt(blocks: plain) ?? [] }

    /// NwkSKey (1) and AppSKey (2) of a session (TS001 6.2.3).
    func sessionKey(_ kind: UInt8, joinNonce: UInt32, netID: UInt32, devNonce: UInt16) throws(CipherError) -> AES128Key
    {
        let seed =
            [kind] + joinNonce.littleEndianBytes.prefix(3) + netID.littleEndianBytes.prefix(3)
            + devNonce.littleEndianBytes
        return try AES128Key(block.encrypt(blocks: seed + [UInt8](repeating: 0, count: 16 - seed.count)) ?? [])
    }
}

extension FixedWidthInteger {
    /// The wire order of LoRaWAN.
    var littleEndianBytes: [UInt8] {
        (0..<(Self.bitWidth / 8)).map { UInt8(truncatingIfNeeded: self >> ($0 * 8)) }
    }

    init(littleEndian bytes: some Collection<UInt8>) {
        self = bytes.reversed().reduce(0) { $0 << 8 | Self($1) }
    }
}
