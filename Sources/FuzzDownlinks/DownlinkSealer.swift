import Ciphers

/// Makes downlinks that pass the MIC, so that what lies behind it is reached. The bytes of the frame are the fuzzer's.
struct DownlinkSealer {
    private let block: AES128
    private let mac: AESCMAC
    private let address: [UInt8] = [4, 3, 2, 1]
    var counter: UInt32 = 0

    init(_ key: AES128Key) throws(CipherError) {
        block = try AES128(key)
        mac = try AESCMAC(key)
    }

    /// A join-accept with these fields, which should be 12 or 28 bytes.
    func seal(joinAccept fields: [UInt8]) -> [UInt8] {
        let plain = fields + (mac.code(for: [0x20] + fields) ?? []).prefix(4)
        return [0x20] + (block.decrypt(blocks: plain) ?? plain)
    }

    /// - Parameters:
    ///   - header: MHDR.
    ///   - control: FCtrl; the low bits say how much of the body are FOpts.
    ///   - body: FOpts, FPort and FRMPayload in the clear.
    mutating func seal(header: UInt8, control: UInt8, body: [UInt8]) -> [UInt8] {
        counter += 1
        let low = [UInt8(counter & 255), UInt8(counter >> 8 & 255)]
        let number = low + [UInt8(counter >> 16 & 255), UInt8(counter >> 24)]
        var frame = [header] + address + [control] + low + body
        let payload = 9 + Int(control & 15)
        if payload < frame.count {
            var stream: [UInt8] = []
            for index in 1...(frame.count - payload + 15) / 16 {
                stream += [1, 0, 0, 0, 0, 1] + address + number + [0, UInt8(index & 255)]
            }
            for (index, key) in zip(payload..<frame.count, block.encrypt(blocks: stream) ?? []) { frame[index] ^= key }
        }
        let head: [UInt8] = [0x49, 0, 0, 0, 0, 1] + address + number + [0, UInt8(frame.count & 255)]
        return frame + (mac.code(for: head + frame) ?? []).prefix(4)
    }
}
