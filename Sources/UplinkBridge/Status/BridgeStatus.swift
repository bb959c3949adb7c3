/// How the bridge is, for people, programs and dashboards on the same machine. Keys are in `snake_case` where it is JSON, so
/// names here have no runs of capitals.
public struct BridgeStatus: Hashable, Sendable, Codable {
    /// Whether nothing is wrong at present.
    public var healthy: Bool
    public var version: String
    public var devEui: String
    /// Now, in UTC.
    public var time: String
    /// Whether that is known to be right.
    public var isTimeTrusted: Bool
    public var uptimeSeconds: Double
    /// What is wrong at present, in words.
    public var troubles: [String]
    public var meters: [MeterStatus]
    public var radio: RadioStatus
    /// nil before the thread that serves the radio has answered for the first time.
    public var link: LinkStatus?
    public var uplink: UplinkStatus?
    public var downlink: DownlinkStatus?
    /// Why the next frame has to wait, and for how long.
    public var waiting: WaitStatus?
    public var counters: Counters
    public var store: StoreStatus
    public var threads: [ThreadStatus]
    /// nil without [mqtt].
    public var broker: BrokerStatus?
    public var process: ProcessStatus

    public struct Note: Hashable, Sendable, Codable {
        public var text: String
        public var agoSeconds: Double
    }

    public struct MeterStatus: Hashable, Sendable, Codable {
        public enum State: String, Hashable, Sendable, Codable {
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

        public var number: Int
        public var name: String
        public var state: State
        /// As the meter calls itself.
        public var identifier: String?
        public var telegrams: Int
        /// By what was wrong, in the order of their names.
        public var problems: [Count]
        public var readingAgoSeconds: Double?
        /// What is the matter with its clock.
        public var clockFault: String?
        /// Telegrams that came and were refused since the last good one.
        public var refusedInARow: Int
        public var lastProblem: Note?
        /// The newest quarter-hour's end that is stored.
        public var storedUntil: String?
        /// In the order of their codes.
        public var registers: [RegisterStatus]
        /// Names, messages to the customer, likewise.
        public var texts: [TextStatus]
    }

    public struct Count: Hashable, Sendable, Codable {
        public var kind: String
        public var count: Int
    }

    public struct RegisterStatus: Hashable, Sendable, Codable {
        public var obis: String
        /// As reports call it; nil for a register without a name.
        public var name: String?
        /// Exact, as the meter printed it.
        public var value: String
        /// kWh
        public var unit: String
    }

    public struct TextStatus: Hashable, Sendable, Codable {
        public var obis: String
        /// As the broker's topics call it; nil for a text without a name.
        public var name: String?
        public var text: String
    }

    public struct RadioStatus: Hashable, Sendable, Codable {
        /// sx127x
        public var type: String
        /// EU868
        public var region: String
        /// Of a module: its model and firmware.
        public var firmware: String?
        public var isUp: Bool
        public var lastTrouble: Note?
    }

    public struct UplinkStatus: Hashable, Sendable, Codable {
        /// What was in it; nil for a join-request and for what the MAC says by itself.
        public var report: String?
        public var meter: String?
        /// Of the frame, as far as it is known: a module tells little.
        public var bytes: Int?
        public var modulation: String?
        public var frequencyHz: Int?
        public var powerDbm: Int?
        public var agoSeconds: Double
        /// sent, acknowledged, unacknowledged or failed, of a join-request answered, refused or unanswered; nil while it
        /// is under way, and for what the MAC says by itself.
        public var result: String?
    }

    public struct DownlinkStatus: Hashable, Sendable, Codable {
        public var port: Int
        public var bytes: Int
        /// dBm and decibels; nil where a module does not tell.
        public var rssi: Int?
        public var snr: Double?
        public var agoSeconds: Double
    }

    public struct WaitStatus: Hashable, Sendable, Codable {
        public var reason: String
        public var seconds: Double
    }

    /// Since the start.
    public struct Counters: Hashable, Sendable, Codable {
        /// By their results, in the order of their names.
        public var uplinks: [Count]
        /// Transmissions of any kind, repetitions and join-requests included.
        public var frames: Int
        public var airTimeSeconds: Double
        public var downlinks: Int
        public var joins: Int
        public var joinFailures: Int
        public var radioRestarts: Int
        /// Frames that were heard and were not for us, or not valid.
        public var discardedFrames: Int
        /// Reports that were left out because the one before still waited, and those that can't be sent.
        public var skippedReports: Int
        public var refusedReports: Int
    }

    public struct StoreStatus: Hashable, Sendable, Codable {
        public var path: String
        public var failures: Int
        public var lastTrouble: Note?
    }

    public struct ThreadStatus: Hashable, Sendable, Codable {
        public var name: String
        /// Since it last came round.
        public var agoSeconds: Double
    }

    public struct BrokerStatus: Hashable, Sendable, Codable {
        public var host: String
        public var isConnected: Bool
        public var published: Int
        /// Messages that were left out because the line was full.
        public var skipped: Int
        public var lastTrouble: Note?
    }

    public struct ProcessStatus: Hashable, Sendable, Codable {
        public var residentBytes: Int64?
        public var processorSeconds: Double
    }
}
