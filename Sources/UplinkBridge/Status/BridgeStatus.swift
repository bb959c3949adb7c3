/// How the bridge is, for people, programs and dashboards on the same machine. Keys are in `snake_case` where it is JSON, so
/// names here have no runs of capitals.
package struct BridgeStatus: Hashable, Sendable, JSONStatus {
    /// Whether nothing is wrong at present.
    package var healthy: Bool
    package var version: String
    package var devEui: String
    /// Now, in UTC.
    package var time: String
    /// Whether that is known to be right.
    package var isTimeTrusted: Bool
    package var uptimeSeconds: Double
    /// What is wrong at present, in words.
    package var troubles: [String]
    package var meters: [MeterStatus]
    package var radio: RadioStatus
    /// nil before the thread that serves the radio has answered for the first time.
    package var link: LinkStatus?
    package var uplink: UplinkStatus?
    package var downlink: DownlinkStatus?
    /// Why the next frame has to wait, and for how long.
    package var waiting: WaitStatus?
    package var counters: Counters
    package var store: StoreStatus
    package var threads: [ThreadStatus]
    /// nil without [mqtt].
    package var broker: BrokerStatus?
    package var process: ProcessStatus

    package struct Note: Hashable, Sendable, Codable {
        package var text: String
        package var agoSeconds: Double
    }

    package struct MeterStatus: Hashable, Sendable, Codable {
        package enum State: String, Hashable, Sendable, Codable {
            /// Nothing has come yet.
            case waiting
            case receiving
            /// Nothing comes any more.
            case silent
            /// The line can't be opened, or was lost.
            case lost
            /// A file has been read to its end.
            case ended
            /// What is configured can't be used.
            case unusable
        }

        package var number: Int
        package var name: String
        package var state: State
        /// As the meter calls itself.
        package var identifier: String?
        package var telegrams: Int
        /// By what was wrong, in the order of their names.
        package var problems: [Count]
        package var readingAgoSeconds: Double?
        /// What is the matter with its clock.
        package var clockFault: String?
        /// Telegrams that came and were refused since the last good one.
        package var refusedInARow: Int
        package var lastProblem: Note?
        /// The newest quarter-hour's end that is stored.
        package var storedUntil: String?
        /// In the order of their codes.
        package var registers: [RegisterStatus]
        /// Names, messages to the customer, likewise.
        package var texts: [TextStatus]
    }

    package struct Count: Hashable, Sendable, Codable {
        package var kind: String
        package var count: Int
    }

    package struct RegisterStatus: Hashable, Sendable, Codable {
        package var obis: String
        /// As reports call it; nil for a register without a name.
        package var name: String?
        /// Exact, as the meter printed it.
        package var value: String
        /// kWh
        package var unit: String
    }

    package struct TextStatus: Hashable, Sendable, Codable {
        package var obis: String
        /// As the broker's topics call it; nil for a text without a name.
        package var name: String?
        package var text: String
    }

    package struct RadioStatus: Hashable, Sendable, Codable {
        /// sx127x
        package var type: String
        /// EU868
        package var region: String
        /// Of a module: its model and firmware.
        package var firmware: String?
        package var isUp: Bool
        package var lastTrouble: Note?
    }

    package struct UplinkStatus: Hashable, Sendable, Codable {
        /// What was in it; nil for a join-request and for what the MAC says by itself.
        package var report: String?
        package var meter: String?
        /// Of the frame, as far as it is known: a module tells little.
        package var bytes: Int?
        package var modulation: String?
        package var frequencyHz: Int?
        package var powerDbm: Int?
        package var agoSeconds: Double
        /// sent, acknowledged, unacknowledged or failed, of a join-request answered, refused or unanswered; nil while it
        /// is under way, and for what the MAC says by itself.
        package var result: String?
    }

    package struct DownlinkStatus: Hashable, Sendable, Codable {
        package var port: Int
        package var bytes: Int
        /// dBm and decibels; nil where a module does not tell.
        package var rssi: Int?
        package var snr: Double?
        package var agoSeconds: Double
    }

    package struct WaitStatus: Hashable, Sendable, Codable {
        package var reason: String
        package var seconds: Double
    }

    /// Since the start.
    package struct Counters: Hashable, Sendable, Codable {
        /// By their results, in the order of their names.
        package var uplinks: [Count]
        /// Transmissions of any kind, repetitions and join-requests included.
        package var frames: Int
        package var airTimeSeconds: Double
        package var downlinks: Int
        package var joins: Int
        package var joinFailures: Int
        package var radioRestarts: Int
        /// Frames that were heard and were not for us, or not valid.
        package var discardedFrames: Int
        /// Reports that were left out because the one before still waited, and those that can't be sent.
        package var skippedReports: Int
        package var refusedReports: Int
    }

    package struct StoreStatus: Hashable, Sendable, Codable {
        package var path: String
        package var failures: Int
        package var lastTrouble: Note?
    }

    package struct ThreadStatus: Hashable, Sendable, Codable {
        package var name: String
        /// Since it last came round.
        package var agoSeconds: Double
    }

    package struct BrokerStatus: Hashable, Sendable, Codable {
        package var host: String
        package var isConnected: Bool
        package var published: Int
        /// Messages that were left out because the line was full.
        package var skipped: Int
        package var lastTrouble: Note?
    }

    package struct ProcessStatus: Hashable, Sendable, Codable {
        package var residentBytes: Int64?
        package var processorSeconds: Double
    }
}
