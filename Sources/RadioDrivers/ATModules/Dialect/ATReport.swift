import LoRaWAN
import Timekeeping

/// What a line of a module says.
enum ATReport: Hashable, Sendable {
    /// The command in flight was carried out; of a join or an uplink: it was taken.
    case done
    case fact(ATFact)
    /// What a setting is, in the module's words.
    case value(String)
    /// In the module's words.
    case refused(String)
    case busy
    /// It is no LoRaWAN device at present.
    case wrongMode
    case notJoined
    /// The duty cycle forbids it; for how long, where it says so.
    case wait(TimeSpan?)
    /// The payload; room for so many bytes, where it says so.
    case tooLong(Int?)
    case joined
    /// There was a session already.
    case stillJoined
    case joinFailed
    /// The uplink with its windows is over.
    case sent
    case acknowledged
    case notAcknowledged
    /// Application data.
    case received(port: UInt8, payload: [UInt8])
    case signal(ModuleSignal)
    case linkCheck(margin: Int, gateways: Int)
    /// The network has told the time.
    case timeAnswered
    /// The module has begun anew.
    case restarted
}

/// What a module tells of itself.
enum ATFact: Hashable, Sendable {
    case version(ATVersion)
    case mode(ATMode)
    case devEUI(UInt64)
    case joinEUI(UInt64)
    case appKey([UInt8])
    case devAddr(UInt32)
    /// As the firmware names or numbers it.
    case band(String)
    case isJoined(Bool)
    case dataRate(UInt8)
    /// FCntUp and FCntDown.
    case counters(up: UInt32, down: UInt32)
    /// Bytes that the next uplink has room for.
    case room(Int)
    /// Its own duty cycle is kept.
    case dutyCycle(Bool)
    /// So is the one of join-requests.
    case joinDutyCycle(Bool)
    /// From the end of an uplink to RX1.
    case receiveDelay(TimeSpan)
    /// In the firmware's own steps.
    case power(Int)
    case time(UTCInstant)
}

enum ATMode: Hashable, Sendable {
    case overTheAir, personalized
    /// LoRa without LoRaWAN.
    case peerToPeer
}

/// A firmware: "4.0.11", "RUI_4.2.0_RAK3172-E".
package struct ATVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let major, minor, patch: Int

    package init(_ major: Int, _ minor: Int, _ patch: Int) {
        (self.major, self.minor, self.patch) = (major, minor, patch)
    }

    /// The first three numbers with points between them; nil where there are none.
    init?(_ text: some StringProtocol) {
        for word in text.split(whereSeparator: { !$0.isNumber && $0 != "." }) {
            let numbers = word.split(separator: ".").map { Int($0) }
            guard numbers.count == 3, let major = numbers[0], let minor = numbers[1], let patch = numbers[2] else {
                continue
            }
            self.init(major, minor, patch)
            return
        }
        return nil
    }

    package static func < (lhs: Self, rhs: Self) -> Bool {
        (lhs.major, lhs.minor, lhs.patch) < (rhs.major, rhs.minor, rhs.patch)
    }

    package var description: String { "\(major).\(minor).\(patch)" }
}

/// All that a module has told since it was asked.
struct ATFindings: Hashable, Sendable {
    var version: ATVersion?
    var mode: ATMode?
    var devEUI: UInt64?
    var joinEUI: UInt64?
    var appKey: [UInt8]?
    var devAddr: UInt32?
    var band: String?
    var isJoined: Bool?
    var room: Int?
    var power: Int?
    var hasDutyCycle: Bool?
    var hasJoinDutyCycle: Bool?

    mutating func take(_ fact: ATFact) {
        switch fact {
        case .version(let version): self.version = version
        case .mode(let mode): self.mode = mode
        case .devEUI(let number): devEUI = number
        case .joinEUI(let number): joinEUI = number
        case .appKey(let key): appKey = key
        case .devAddr(let number): devAddr = number
        case .band(let name): band = name
        case .isJoined(let isJoined): self.isJoined = isJoined
        case .room(let bytes): room = bytes
        case .power(let step): power = step
        case .dutyCycle(let isOn): hasDutyCycle = isOn
        case .joinDutyCycle(let isOn): hasJoinDutyCycle = isOn
        case .dataRate, .counters, .receiveDelay, .time: break
        }
    }
}
