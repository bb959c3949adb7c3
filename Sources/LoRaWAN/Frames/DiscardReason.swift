/// Why a frame that was heard is passed over, silently on air (TS001 4) but not in the log.
public enum DiscardReason: Error, Hashable, Sendable {
    /// Fewer bytes than the smallest frame of its kind, or fewer than its own lengths ask for.
    case tooShort(bytes: Int)
    /// MACPayload is longer than M allows at the window's data rate (TS001 4.1).
    case tooLong(bytes: Int, limit: Int)
    /// A join-accept has 17 or 33 bytes.
    case wrongJoinAcceptLength(bytes: Int)
    /// An uplink, a reserved type, or another version than LoRaWAN R1: someone else's frame.
    case notExpected(header: UInt8)
    /// For another device.
    case otherAddress(DevAddr)
    /// MAC commands on port 0 and in FOpts at once (TS001 4.3.1.6).
    case commandsTwice
    /// The MIC does not match: another key, another network, or damage.
    case wrongIntegrityCode
    /// An older frame, sent again: its counter is not above the last one.
    case counterRepeated(FrameCounter)
    /// The downlink counter has used all 32 bits.
    case counterExhausted
    /// This JoinNonce came before (TR007 2.3).
    case joinNonceRepeated(JoinNonce)
    /// A join-accept with settings that the region does not have.
    case unsupportedSettings(DownlinkSettings)
    /// A join-accept of a LoRaWAN 1.1 network, which was answered to a 1.0 device.
    case newerVersion
    /// Heard while no window was open.
    case unexpected
    /// OpenSSL failed.
    case cipherFailed(String)
}

extension DiscardReason: CustomStringConvertible {
    public var description: String {
        switch self {
        case .tooShort(let bytes): "\(bytes) bytes are too few for its kind"
        case .tooLong(let bytes, let limit): "MACPayload has \(bytes) bytes, \(limit) are allowed at this data rate"
        case .wrongJoinAcceptLength(let bytes): "a join-accept has 17 or 33 bytes, this one has \(bytes)"
        case .notExpected(let header): "not what this window waits for (MHDR 0x\(String(header, radix: 16)))"
        case .otherAddress(let address): "for another device (DevAddr \(address))"
        case .commandsTwice: "MAC commands both on port 0 and in FOpts"
        case .wrongIntegrityCode: "the MIC does not match: another device's frame, or the keys differ"
        case .counterRepeated(let counter): "frame counter \(counter) came before: a repetition"
        case .counterExhausted: "the downlink counter is exhausted; a new join is needed"
        case .joinNonceRepeated(let nonce):
            "JoinNonce \(nonce.rawValue) was used before: a repetition, or the device was registered anew"
        case .unsupportedSettings(let settings):
            "join-accept with RX1DROffset \(settings.rx1Offset), RX2 DR\(settings.rx2DataRate.index), "
                + "which the region does not have: is the right frequency plan chosen at the network server?"
        case .newerVersion:
            "join-accept of LoRaWAN 1.1: register the device as LoRaWAN 1.0.4 at the network server"
        case .unexpected: "heard while no window was open"
        case .cipherFailed(let call): "OpenSSL refused \(call)"
        }
    }
}
