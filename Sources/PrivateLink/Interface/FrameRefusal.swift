public import LoRaWAN

/// Why a frame that the base heard is passed over, silently on air but not in its counts.
public enum FrameRefusal: Error, Hashable, Sendable {
    /// Fewer bytes than its kind has, or than its own lengths ask for.
    case tooShort(bytes: Int)
    /// MACPayload is longer than M allows at the data rate (TS001 4.1).
    case tooLong(bytes: Int, limit: Int)
    /// A downlink, a reserved type, or another version than LoRaWAN R1.
    case notAnUplink(header: UInt8)
    /// MAC commands on port 0 and in FOpts at once (TS001 4.3.1.6).
    case commandsTwice(DevEUI)
    /// A join-request of a device that is not in the configuration, or that looks for another JoinEUI.
    case stranger(DevEUI)
    /// A data frame of another network.
    case otherAddress(DevAddr)
    /// The address is ours, the key is not: another base with the same address, or damage.
    case wrongIntegrityCode(DevAddr)
    /// A join-request of a device of ours with another root key.
    case wrongRootKey(DevEUI)
    /// The DevNonce is not above the last one: a replay, or a board whose state was lost (TS001 6.2.5).
    case devNonceRepeated(DevEUI, seen: DevNonce, last: DevNonce)
    /// The frame counter is not above the last one: a replay.
    case counterRepeated(DevEUI, FrameCounter)
    /// All 2^32 frame counters, or all 2^24 JoinNonces are used.
    case exhausted(DevEUI)
    /// The answer to a join-request finds no free time in the law's hour, or beside what is to be sent already.
    case noAirTime(DevEUI)
    /// OpenSSL failed.
    case cipherFailed

    /// The same kind of reason has the same name: for counts.
    public var kind: String {
        switch self {
        case .tooShort, .tooLong, .commandsTwice: "malformed"
        case .notAnUplink: "not-an-uplink"
        case .stranger: "stranger"
        case .otherAddress: "other-network"
        case .wrongIntegrityCode, .wrongRootKey: "wrong-key"
        case .devNonceRepeated, .counterRepeated: "replay"
        case .exhausted: "exhausted"
        case .noAirTime: "no-air-time"
        case .cipherFailed: "cipher"
        }
    }
}

extension FrameRefusal: CustomStringConvertible {
    public var description: String {
        switch self {
        case .tooShort(let bytes): "\(bytes) bytes are too few for its kind"
        case .tooLong(let bytes, let limit): "MACPayload has \(bytes) bytes, \(limit) are allowed at this data rate"
        case .notAnUplink(let header): "not what devices send (MHDR 0x\(String(header, radix: 16)))"
        case .commandsTwice(let device): "\(device) has MAC commands both on port 0 and in FOpts"
        case .stranger(let device): "a join-request of \(device), which is not in the configuration with that JoinEUI"
        case .otherAddress(let address): "a frame of another network (DevAddr \(address))"
        case .wrongIntegrityCode(let address):
            "the MIC of a frame of DevAddr \(address) does not match: another base near, or damage"
        case .wrongRootKey(let device):
            "the MIC of a join-request of \(device) does not match: its AppKey is another than the configuration's"
        case .devNonceRepeated(let device, let seen, let last):
            "DevNonce \(seen.rawValue) of \(device) is not above \(last.rawValue): a repetition, or a board that has "
                + "lost its state and is to be paired anew"
        case .counterRepeated(let device, let counter): "frame counter \(counter) of \(device) came before"
        case .exhausted(let device): "the counters of \(device) are used up: give it a new key"
        case .noAirTime(let device): "no air-time is left for an answer to \(device)"
        case .cipherFailed: "OpenSSL failed"
        }
    }
}
