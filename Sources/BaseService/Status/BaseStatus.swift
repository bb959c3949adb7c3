import Timekeeping
import UplinkBridge

/// How a base is, for those who ask: `p1lora base status`, metrics, scripts.
package struct BaseStatus: JSONStatus, Hashable, Sendable {
    /// A bridge of the configuration.
    package struct Bridge: Codable, Hashable, Sendable {
        package var name: String
        package var devEui: String
        /// nil before its first join.
        package var devAddr: String?
        /// Seconds since its latest frame; nil before the first since the start.
        package var heardAgoSeconds: Int64?
        /// dBm and dB of that frame.
        package var rssi: Int?
        package var snr: Double?
        package var dataRate: String?
        /// Since the start: those that came, and those that its counter tells of and that did not.
        package var uplinks: Int
        package var lost: Int
        /// Downlinks that wait for it.
        package var waiting: Int
        /// It is looked for at the pairing data rate.
        package var isMissing: Bool

        /// Of what it sent, what came, in percent; nil before the first.
        package var share: Int? { uplinks + lost > 0 ? uplinks * 100 / (uplinks + lost) : nil }
    }

    package struct Broker: Codable, Hashable, Sendable {
        package var name: String
        package var isConnected: Bool
        /// Why it is away.
        package var trouble: String?
        /// Events that it has not taken, and those that were thrown away since the start.
        package var waiting: Int
        package var dropped: Int
    }

    package var version: String
    package var upSeconds: Int64
    package var region: String
    package var channelHertz: Int
    /// Of all.
    package var dataRate: String
    /// It listens where lost bridges call.
    package var isPairing: Bool
    /// What the radio failed with; nil while it works.
    package var radioTrouble: String?
    /// What the disk failed with; nil while it works.
    package var storeTrouble: String?
    package var airTimeSeconds: Double
    /// The law's hour; nil where there is no limit.
    package var airTimeLimitSeconds: Double?
    /// Answers that found no air-time, or were late.
    package var missedAnswers: Int
    /// Frames that were passed over, by reason.
    package var refusals: [String: Int]
    /// DevEUIs that wanted to join and are not in the configuration.
    package var strangers: [String]
    /// nil without one.
    package var broker: Broker?
    package var bridges: [Bridge]

    /// What a person should look at.
    package var troubles: [String] {
        var texts: [String] = []
        if let radioTrouble { texts.append("the radio does not work: \(radioTrouble)") }
        if let storeTrouble { texts.append("nothing is answered: \(storeTrouble)") }
        if let broker, !broker.isConnected, upSeconds > 60 {
            texts.append(
                "the broker \(broker.name) is away, \(broker.waiting) events wait for it"
                    + (broker.trouble.map { ": \($0)" } ?? ""))
        }
        if let broker, broker.dropped > 0 {
            texts.append("\(broker.dropped) events were thrown away: the broker was away too long")
        }
        for bridge in bridges where bridge.isMissing && upSeconds > 3_600 {
            let since =
                bridge.heardAgoSeconds.map { "for \(TimeSpan.seconds($0).roundedForPeople)" } ?? "since the start"
            texts.append("\(bridge.name) was not heard \(since)")
        }
        let keys = refusals["wrong-key", default: 0]
        if keys > 0 {
            texts.append(
                "\(keys) frames had one of our addresses or DevEUIs and another key: a second base, or a wrong key")
        }
        return texts
    }

    package var isHealthy: Bool { troubles.isEmpty }
}

extension TimeSpan {
    /// In its largest unit, rounded down: "3 h".
    fileprivate var roundedForPeople: String {
        switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7_200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3_600) h"
        default: "\(seconds / 86_400) days"
        }
    }
}
