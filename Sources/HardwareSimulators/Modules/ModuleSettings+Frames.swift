import Ciphers
import Timekeeping

/// The frames that a simulated module makes and takes (TS001 4 and 6).
extension ModuleSettings {
    /// nil without keys.
    func joinRequest(nonce: UInt16) -> [UInt8]? {
        guard let appKey, let joinEUI, let devEUI, let cipher = try? ServerCipher(appKey) else { return nil }
        let signed = [0] + joinEUI.littleEndianBytes + devEUI.littleEndianBytes + nonce.littleEndianBytes
        return signed + cipher.code(signed)
    }

    /// The next uplink; nil without keys.
    /// - Parameters:
    ///   - port: nil for a frame without a payload.
    ///   - options: FOpts.
    ///   - acknowledges: the latest downlink.
    func uplink(
        isConfirmed: Bool, port: UInt8?, payload: [UInt8], options: some Collection<UInt8>, acknowledges: Bool
    ) -> [UInt8]? {
        guard let networkKey, let applicationKey, let network = try? ServerCipher(networkKey),
            let application = try? ServerCipher(applicationKey)
        else { return nil }
        var frame: [UInt8] = [isConfirmed ? 0x80 : 0x40] + devAddr.littleEndianBytes
        frame.append((hasADR ? 0x80 : 0) | (acknowledges ? 0x20 : 0) | UInt8(options.count))
        frame += UInt16(truncatingIfNeeded: nextUplink).littleEndianBytes + options
        if let port {
            frame.append(port)
            frame += application.crypt(payload, direction: .up, devAddr: devAddr, counter: nextUplink)
        }
        return frame + network.code(frame, direction: .up, devAddr: devAddr, counter: nextUplink)
    }

    /// Takes the answer to a join-request.
    /// - Returns: whether it is one.
    mutating func adopt(_ frame: [UInt8], nonce: UInt16) -> Bool {
        guard frame.first == 0x20, frame.count == 17 || frame.count == 33, let key = appKey,
            let plain = (try? AES128(key))?.encrypt(blocks: Array(frame.dropFirst())),
            let cipher = try? ServerCipher(key),
            cipher.code([0x20] + plain.dropLast(4)) == Array(plain.suffix(4))
        else { return false }
        let joinNonce = UInt32(littleEndian: plain[0..<3])
        let netID = UInt32(littleEndian: plain[3..<6])
        networkKey = try? cipher.sessionKey(1, joinNonce: joinNonce, netID: netID, devNonce: nonce)
        applicationKey = try? cipher.sessionKey(2, joinNonce: joinNonce, netID: netID, devNonce: nonce)
        devAddr = UInt32(littleEndian: plain[6..<10])
        (nextUplink, nextDownlink) = (0, 0)
        receive1Offset = Int(plain[10] >> 4 & 7)
        receive2DataRate = Int(plain[10] & 15)
        receiveDelay = .seconds(Int64(max(1, plain[11] & 15)))
        // Older firmware passes over the masks of a fixed plan.
        if plain.count == 32, !plan.isFixed {
            for index in 0..<5 {
                let frequency = Int(UInt32(littleEndian: plain[(12 + index * 3)..<(15 + index * 3)])) * 100
                guard frequency > 0 else { continue }
                channels[3 + index] = .init(frequency: frequency, isOn: true, dutyCycle: 799)
            }
        }
        return true
    }

    /// A downlink of the session.
    struct Downlink {
        /// nil without a payload.
        let port: UInt8?
        let payload: [UInt8]
        /// MAC commands, in FOpts or behind port 0.
        let commands: [UInt8]
        let acknowledges: Bool
        let isConfirmed: Bool
        let isPending: Bool
    }

    /// - Returns: nil when the frame is not for this module.
    mutating func take(_ frame: [UInt8]) -> Downlink? {
        guard frame.count >= 12, [0x60, 0xA0].contains(frame[0]), UInt32(littleEndian: frame[1..<5]) == devAddr,
            let networkKey, let applicationKey, let network = try? ServerCipher(networkKey),
            let application = try? ServerCipher(applicationKey)
        else { return nil }
        let low = UInt16(littleEndian: frame[6..<8])
        let counter = nextDownlink &+ UInt32(low &- UInt16(truncatingIfNeeded: nextDownlink))
        let signed = Array(frame.dropLast(4))
        guard
            network.code(signed, direction: .down, devAddr: devAddr, counter: counter) == Array(frame.suffix(4))
        else { return nil }
        nextDownlink = counter &+ 1
        let optionsEnd = 8 + Int(frame[5] & 15)
        let port = signed.count > optionsEnd ? signed[optionsEnd] : nil
        let cipher = port == 0 ? network : application
        let payload = cipher.crypt(
            Array(signed.dropFirst(optionsEnd + 1)), direction: .down, devAddr: devAddr, counter: counter)
        return Downlink(
            port: port == 0 ? nil : port, payload: port == 0 ? [] : payload,
            commands: port == 0 ? payload : Array(signed.prefix(optionsEnd).dropFirst(8)),
            acknowledges: frame[5] & 0x20 != 0, isConfirmed: frame[0] == 0xA0, isPending: frame[5] & 0x10 != 0)
    }
}
