public import Ciphers

/// How the device comes to its session (TS001 6).
public enum Activation: Hashable, Sendable {
    /// OTAA. The root key is AppKey in 1.0.x.
    case overTheAir(joinEUI: JoinEUI, appKey: AES128Key)
    /// ABP: no join; the session is given, and lasts for the device's life.
    case personalized(Personalization)
}

/// A session as the network server's console gives it (TS001 6.3). What both sides must agree on from the start is here,
/// for no join-accept tells it.
public struct Personalization: Hashable, Sendable {
    /// The device's address in the network.
    public var devAddr: DevAddr
    /// NwkSKey and AppSKey.
    public var keys: SessionKeys
    /// Seconds to RX1, 1 to 15; The Things Network uses 1 or 5.
    public var rxDelay: UInt8 = 1
    /// nil for the region's default.
    public var rx2DataRate: DataRate?
    /// Hertz; nil for the region's default.
    public var rx2Frequency: Int?
    /// Channels behind the default ones of a dynamic plan, in hertz, DR0 to DR5.
    public var frequencies: [Int] = []
    /// FCntUp to begin with when no state is stored: an ABP device never counts from 0 twice.
    public var firstUplinkCounter = FrameCounter(rawValue: 0)
    /// No FCntDown below this is taken when no state is stored. The air carries 16 of its 32 bits: from a server that
    /// has counted 65 536 or more further nothing is understood.
    public var firstDownlinkCounter = FrameCounter(rawValue: 0)

    /// A session that needs no join; counters begin at 0.
    public init(devAddr: DevAddr, keys: SessionKeys) {
        self.devAddr = devAddr
        self.keys = keys
    }
}

extension Activation {
    /// The key by which a stored state is known to be this activation's.
    var identifyingKey: AES128Key {
        switch self {
        case .overTheAir(_, let appKey): appKey
        case .personalized(let given): given.keys.network
        }
    }

    /// What is authenticated with ``identifyingKey``: nothing of the keys can be learnt from it.
    var identity: [UInt8] {
        switch self {
        case .overTheAir: return Array("p1lora root key".utf8)
        case .personalized(let given):
            var text = Array("p1lora session".utf8)
            text.append(littleEndian: given.devAddr.rawValue, bytes: 4)
            return text + given.keys.application.bytes
        }
    }
}

extension DeviceConfiguration {
    /// Zero for a device that never joins.
    var joinEUI: JoinEUI {
        if case .overTheAir(let joinEUI, _) = activation { joinEUI } else { JoinEUI(rawValue: 0) }
    }
}
