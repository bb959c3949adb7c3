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

    mutating func note(_ event: LinkEvent, at now: MonotonicInstant) {
        switch event {
        case .radioStarted(let module):
            isRadioUp = true
            firmware = module.map { "\($0.model.rawValue) \($0.version)" }
        case .radioFailed(let error, _):
            isRadioUp = false
            radioTrouble = (error.message, now)
        case .transmitting(let transmission):
            frames += 1
            airTime += transmission.airTime
            waiting = nil
            sent = Sent(
                at: now, subject: underWay, bytes: transmission.bytes, modulation: transmission.modulation?.description,
                frequency: transmission.frequency, power: transmission.power)
        case .joined: sent?.result = "answered"
        case .joinFailed(_, let refused):
            joinFailures += 1
            sent?.result = refused == nil ? "unanswered" : "refused"
        case .radiating(let carrier): airTime += carrier.duration
        case .uplinkDone(let outcome):
            sent?.result = outcome.name
            underWay = nil
            results[outcome.name, default: 0] += 1
            if case .failed(let reason) = outcome { radioTrouble = (reason, now) }
        case .downlink(let downlink):
            received = Received(
                at: now, port: Int(downlink.port), bytes: downlink.payload.count, rssi: downlink.rssi,
                snrQuarters: downlink.snrQuarters)
        case .waiting(let until, let reason): waiting = (until, reason.explanation)
        case .discarded: discarded += 1
        case .storeFailed, .storedInSafetyFile, .sendingOnReserve, .safetyFileFailed, .recordDamaged, .storeRecovered,
            .restoredFromSafetyFile, .resumed, .networkTime, .unsupported:
            break
        }
    }

    mutating func note(_ event: UplinkEvent, at now: MonotonicInstant) {
        switch event {
        // Before it is handed over: the frame may go out at once.
        case .decided(let decision):
            underWay = Subject(kind: decision.uplink.kind, meter: decision.uplink.meter, at: now)
        case .refused:
            underWay = nil
            refusedReports += 1
        case .answerRefused: refusedReports += 1
        case .handedOver, .overtaken, .paced, .answersWait, .contact, .obeyed: break
        }
    }
}

extension UplinkResult {
    /// One word, as the status and the metrics call it.
    fileprivate var name: String {
        switch self {
        case .acknowledged: "acknowledged"
        case .sent: "sent"
        case .notAcknowledged: "unacknowledged"
        case .failed: "failed"
        }
    }
}
