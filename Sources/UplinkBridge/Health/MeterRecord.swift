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

    mutating func note(_ event: MeterEvent, at now: MonotonicInstant) {
        switch event {
        case .opened: line = .open
        case .failed(let error, _):
            line = .lost
            trouble = (error.description, now)
        case .ended: line = .ended
        case .settingsFound: break
        case .unusable(let reason):
            line = .unusable
            trouble = (reason, now)
        case .telegram(let telegram):
            telegrams += 1
            refusedInARow = 0
            lastTelegram = now
            identifier = telegram.meterIdentifier ?? telegram.identification
        case .problem(let problem):
            problems[problem.reason.kind, default: 0] += 1
            if problem.reason.isOfTelegram { refusedInARow += 1 }
            trouble = (problem.description, now)
        case .silent: isSilent = true
        case .returned: isSilent = false
        case .clock(let fault): clockFault = fault?.rawValue
        case .storeFailed(let error): trouble = (error.description, now)
        case .noise(let edges): trouble = ("\(edges) edges within a second are no pulses", now)
        }
    }
}
