import Ciphers

/// Root keys, and who may join: DevNonces are never taken twice (TS001 6.2.2).
final class JoinServer {
    struct Registration {
        let joinEUI: UInt64
        let cipher: ServerCipher
        var usedNonces: Set<UInt16> = []
        var joinNonce: UInt32 = 0
    }

    struct Request {
        let joinEUI: UInt64
        let devEUI: UInt64
        let devNonce: UInt16
        let signed: [UInt8]
        let code: [UInt8]

        /// MHDR, JoinEUI, DevEUI, DevNonce, integrity code: 23 bytes.
        init?(_ bytes: [UInt8]) {
            guard bytes.count == 23, bytes[0] == 0 else { return nil }
            joinEUI = UInt64(littleEndian: bytes[1..<9])
            devEUI = UInt64(littleEndian: bytes[9..<17])
            devNonce = UInt16(littleEndian: bytes[17..<19])
            signed = Array(bytes.prefix(19))
            code = Array(bytes.suffix(4))
        }
    }

    struct Answer {
        let joinAccept: [UInt8]
        let networkKey: AES128Key
        let applicationKey: AES128Key
    }

    private var registrations: [UInt64: Registration] = [:]

    func register(devEUI: UInt64, joinEUI: UInt64, appKey: AES128Key) throws(CipherError) {
        registrations[devEUI] = Registration(joinEUI: joinEUI, cipher: try ServerCipher(appKey))
    }

    func nonces(of devEUI: UInt64) -> Set<UInt16> { registrations[devEUI]?.usedNonces ?? [] }

    /// Takes a join-request, or says why not.
    func answer(
        _ request: Request, devAddr: UInt32, settings: NetworkServer.Settings
    ) -> Result<Answer, RejectedFrameReason> {
        guard var registration = registrations[request.devEUI], registration.joinEUI == request.joinEUI else {
            return .failure(.init(.unknownDevice))
        }
        let cipher = registration.cipher
        guard cipher.code(request.signed) == request.code else { return .failure(.init(.wrongCode)) }
        guard registration.usedNonces.insert(request.devNonce).inserted else {
            return .failure(.init(.nonceUsedBefore(request.devNonce)))
        }
        registration.joinNonce += 1
        registrations[request.devEUI] = registration
        let nonce = registration.joinNonce
        do {
            return .success(
                Answer(
                    joinAccept: Self.accept(cipher, nonce: nonce, devAddr: devAddr, settings: settings),
                    networkKey: try cipher.sessionKey(
                        1, joinNonce: nonce, netID: settings.netID, devNonce: request.devNonce),
                    applicationKey: try cipher.sessionKey(
                        2, joinNonce: nonce, netID: settings.netID, devNonce: request.devNonce)))
        } catch {
            return .failure(.init(.cipherFailed))
        }
    }

    /// 17 bytes, or 33 with a list of channels.
    static func accept(
        _ cipher: ServerCipher, nonce: UInt32, devAddr: UInt32, settings: NetworkServer.Settings
    ) -> [UInt8] {
        var plain = nonce.littleEndianBytes.prefix(3) + settings.netID.littleEndianBytes.prefix(3)
        plain += devAddr.littleEndianBytes
        plain += [UInt8(settings.receive1Offset << 4 | settings.receive2DataRate), UInt8(settings.receiveDelay)]
        if !settings.channelMasks.isEmpty {
            let masks = settings.channelMasks.prefix(5) + Array(repeating: 0, count: 5)
            plain += masks.prefix(5).flatMap(\.littleEndianBytes) + [0, 0, 0, 0, 0, 1]
        } else if !settings.extraChannels.isEmpty {
            let listed = settings.extraChannels.prefix(5) + Array(repeating: 0, count: 5)
            plain += listed.prefix(5).flatMap { UInt32(clamping: $0 / 100).littleEndianBytes.prefix(3) } + [0]
        }
        return [0x20] + cipher.sealJoinAccept(plain + cipher.code([0x20] + plain))
    }
}

/// A reason as an error, for `Result`.
struct RejectedFrameReason: Error {
    let reason: RejectedFrame.Reason

    init(_ reason: RejectedFrame.Reason) {
        self.reason = reason
    }
}
