import BridgeStore
import HardwareInterfaces
import SmartMeter
import Timekeeping

/// What has happened on one meter's line since the start.
struct MeterRecord: Sendable {
    enum Line: Hashable, Sendable {
        case opening, open, lost, ended, unusable
    }

    var line = Line.opening
    var isSilent = false
    var telegrams = 0
    /// By their kinds, of which there are a few.
    var problems: [String: Int] = [:]
    var identifier: String?
    var lastTelegram: MonotonicInstant?
    /// Telegrams that were refused since the last good one.
    var refusedInARow = 0
    var clockFault: String?
    var trouble: (text: String, at: MonotonicInstant)?
}
