package import Ciphers

/// A session's keys, set up once: frames are authenticated and encrypted with them (TS001 4.3.3, 4.4).
package final class SessionCipher {
    package enum Direction: UInt8 {
        case up = 0
        case down = 1
    }

    private let authentication: AESCMAC
    private let network: AES128
    private let application: AES128
    /// B0 and the frame; its memory is used again.
    private var message: [UInt8] = []
    private var blocks: [UInt8] = []

    package init(_ keys: SessionKeys) throws(CipherError) {
        authentication = try AESCMAC(keys.network)
        network = try AES128(keys.network)
        application = try AES128(keys.application)
        message.reserveCapacity(16 + 256)
        blocks.reserveCapacity(256)
    }

    /// The 4 bytes that end `frame[..<length]`, as one number in wire order; nil when OpenSSL ran out of memory.
    package func integrityCode(
        of frame: [UInt8], length: Int, address: DevAddr, counter: FrameCounter, direction: Direction
    ) -> UInt32? {
        message.removeAll(keepingCapacity: true)
        appendBlock(to: &message, kind: 0x49, direction, address, counter, last: UInt8(truncatingIfNeeded: length))
        message.append(contentsOf: frame.prefix(length))
        guard let code = authentication.code(for: message) else { return nil }
        return code.littleEndian(at: 0, bytes: 4).map { UInt32(truncatingIfNeeded: $0) }
    }

    /// Encrypts or decrypts `frame[payload]` in place. Port 0 takes the network's key, the others the application's.
    /// - Returns: false when OpenSSL failed; the frame is then as it was.
    package func crypt(
        _ frame: inout [UInt8], payload: Range<Int>, port: UInt8, address: DevAddr, counter: FrameCounter,
        direction: Direction
    ) -> Bool {
        guard !payload.isEmpty else { return true }
        blocks.removeAll(keepingCapacity: true)
        for index in 1...(payload.count + 15) / 16 {
            appendBlock(
                to: &blocks, kind: 0x01, direction, address, counter, last: UInt8(truncatingIfNeeded: index))
        }
        guard let stream = (port == 0 ? network : application).encrypt(blocks: blocks) else { return false }
        for (index, key) in zip(payload, stream) where frame.indices.contains(index) { frame[index] ^= key }
        return true
    }

    /// A_i and B0 differ in the first and the last byte only.
    private func appendBlock(
        to bytes: inout [UInt8], kind: UInt8, _ direction: Direction, _ address: DevAddr, _ counter: FrameCounter,
        last: UInt8
    ) {
        bytes.append(kind)
        bytes.append(littleEndian: 0, bytes: 4)
        bytes.append(direction.rawValue)
        bytes.append(littleEndian: address.rawValue, bytes: 4)
        bytes.append(littleEndian: counter.rawValue, bytes: 4)
        bytes.append(0)
        bytes.append(last)
    }
}
