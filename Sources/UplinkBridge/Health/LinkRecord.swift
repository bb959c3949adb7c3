import BridgePlanning
import LoRaWAN
import RadioDrivers
import Timekeeping
import UplinkPayload

/// What has happened between the bridge and the network since the start.
struct LinkRecord: Sendable {
    /// What the application handed over.
    struct Subject: Sendable {
        var kind: ReportKind
        var meter: Int?
        var at: MonotonicInstant
    }

    struct Sent: Sendable {
        var at: MonotonicInstant
        /// What was in it; nil for what the MAC says by itself.
        var subject: Subject?
        /// What came of it; nil while it is under way, and for the MAC's answers.
        var result: String?
        var bytes: Int?
        var modulation: String?
        var frequency: Int?
        var power: Int?
    }

    struct Received: Sendable {
        var at: MonotonicInstant
        var port: Int
        var bytes: Int
        var rssi: Int?
        var snrQuarters: Int?
    }

    var isRadioUp = false
    /// Of a module: its model and firmware.
    var firmware: String?
    var radioTrouble: (text: String, at: MonotonicInstant)?
    /// The last frame on the air.
    var sent: Sent?
    /// What was handed over and is not done yet.
    var underWay: Subject?
    var received: Received?
    var waiting: (until: MonotonicInstant, reason: String)?
    var results: [String: Int] = [:]
    var frames = 0
    var joinFailures = 0
    var discarded = 0
    var refusedReports = 0
    var airTime = TimeSpan.zero
}
