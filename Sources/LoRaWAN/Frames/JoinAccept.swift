import Ciphers

/// Where the device listens, as the join-accept sets it (TS001 6.2.6).
public struct DownlinkSettings: Hashable, Sendable {
    /// 0 to 7; which are valid is the region's matter.
    public let rx1Offset: UInt8
    /// Of RX2.
    public let rx2DataRate: DataRate

    /// DLSettings of a join-accept (TS001 6.2.3).
    public init(rx1Offset: UInt8, rx2DataRate: DataRate) {
        self.rx1Offset = rx1Offset
        self.rx2DataRate = rx2DataRate
    }
}

/// The join server's answer (TS001 6.2.6).
public struct JoinAccept: Hashable, Sendable {
    /// Differs from all before.
    public let joinNonce: JoinNonce
    /// Whose network it is.
    public let netID: NetID
    /// The device's address in it.
    public let devAddr: DevAddr
    /// RX1DROffset, and the data rate of RX2.
    public let settings: DownlinkSettings
    /// Seconds from the end of an uplink to RX1, 1 to 15.
    public let rxDelay: UInt8
    /// Further channels in hertz, 0 where there is none; empty without a CFList or with one of an unknown type.
    public let frequencies: [Int]
    /// A CFList of type 1: which channels of a fixed plan are enabled, 16 in each; empty without it.
    public let masks: [UInt16]

    /// Decrypts and checks a frame.
    ///
    /// The server encrypts with AES *decryption*, so that a device needs the encryption only; and the MIC covers
    /// no DevNonce in 1.0.x.
    init(decoding frame: [UInt8], cipher: AES128, authentication: AESCMAC) throws(DiscardReason) {
        guard let header = frame.first else { throw .tooShort(bytes: 0) }
        guard FrameType(header: header) == .joinAccept else { throw .notExpected(header: header) }
        guard frame.count == 17 || frame.count == 33 else { throw .wrongJoinAcceptLength(bytes: frame.count) }
        guard let body = cipher.encrypt(blocks: Array(frame.dropFirst())) else {
            throw .cipherFailed("AES-128-ECB")
        }
        let plain = [header] + body
        let length = plain.count - 4
        guard let code = authentication.code(for: Array(plain.prefix(length))) else { throw .cipherFailed("CMAC") }
        guard code.prefix(4) == plain.suffix(4) else { throw .wrongIntegrityCode }
        guard let nonce = plain.littleEndian(at: 1, bytes: 3), let network = plain.littleEndian(at: 4, bytes: 3),
            let address = plain.littleEndian(at: 7, bytes: 4), let downlink = plain.littleEndian(at: 11, bytes: 1),
            let delay = plain.littleEndian(at: 12, bytes: 1)
        else { throw .tooShort(bytes: frame.count) }
        // OptNeg is set by 1.1 networks only; their keys are derived in another way (TS001-1.1 6.2.3).
        guard downlink & 0x80 == 0 else { throw .newerVersion }
        joinNonce = JoinNonce(rawValue: UInt32(nonce))
        netID = NetID(rawValue: UInt32(network))
        devAddr = DevAddr(rawValue: UInt32(address))
        settings = DownlinkSettings(
            rx1Offset: UInt8(downlink >> 4 & 0x07), rx2DataRate: DataRate(UInt8(downlink & 0x0F)))
        rxDelay = max(1, UInt8(delay & 0x0F))
        // RP002 2.4.5 and 2.5.5: type 0 is a list of five frequencies, type 1 five masks; others are passed over.
        let listType = frame.count == 33 ? plain[28] : nil
        frequencies = listType == 0 ? (0..<5).map { Int(plain.littleEndian(at: 13 + 3 * $0, bytes: 3) ?? 0) * 100 } : []
        masks =
            listType == 1
            ? (0..<5).map { UInt16(truncatingIfNeeded: plain.littleEndian(at: 13 + 2 * $0, bytes: 2) ?? 0) } : []
    }
}
