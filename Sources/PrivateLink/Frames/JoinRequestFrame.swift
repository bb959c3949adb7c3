import Ciphers
import LoRaWAN

/// A join-request as it was heard (TS001 6.2.5): nothing of it is proved.
struct JoinRequestFrame {
    let joinEUI: JoinEUI
    let devEUI: DevEUI
    let devNonce: DevNonce
    private let signed: [UInt8]
    private let code: [UInt8]

    init(reading frame: [UInt8]) throws(FrameRefusal) {
        guard frame.count == JoinRequest.length else {
            throw frame.count < JoinRequest.length
                ? .tooShort(bytes: frame.count) : .tooLong(bytes: frame.count - 5, limit: JoinRequest.length - 5)
        }
        guard let join = frame.littleEndian(at: 1, bytes: 8), let device = frame.littleEndian(at: 9, bytes: 8),
            let nonce = frame.littleEndian(at: 17, bytes: 2)
        else { throw .tooShort(bytes: frame.count) }
        joinEUI = JoinEUI(rawValue: join)
        devEUI = DevEUI(rawValue: device)
        devNonce = DevNonce(rawValue: UInt16(nonce))
        signed = Array(frame.prefix(frame.count - 4))
        code = Array(frame.suffix(4))
    }

    /// Checks the MIC with the root key.
    func prove(by authentication: AESCMAC) throws(FrameRefusal) {
        guard let expected = authentication.code(for: signed) else { throw .cipherFailed }
        guard expected.prefix(4).elementsEqual(code) else { throw .wrongRootKey(devEUI) }
    }
}

extension JoinAccept {
    /// PHYPayload of 17 bytes (TS001 6.2.6): a channel list has no place in a network of one channel.
    ///
    /// The MIC is made with the root key, and then all behind MHDR is *decrypted*, so that a device needs encryption alone.
    static func frame(
        joinNonce: JoinNonce, netID: NetID, devAddr: DevAddr, settings: DownlinkSettings, rxDelay: UInt8,
        cipher: AES128, authentication: AESCMAC
    ) -> [UInt8]? {
        var plain = [FrameType.joinAccept.header]
        plain.append(littleEndian: joinNonce.rawValue, bytes: 3)
        plain.append(littleEndian: netID.rawValue, bytes: 3)
        plain.append(littleEndian: devAddr.rawValue, bytes: 4)
        plain.append((settings.rx1Offset & 0x07) << 4 | settings.rx2DataRate.index)
        plain.append(rxDelay & 0x0F)
        guard let code = authentication.code(for: plain),
            let body = cipher.decrypt(blocks: Array(plain.dropFirst()) + code.prefix(4))
        else { return nil }
        return [FrameType.joinAccept.header] + body
    }
}
