package import HardwareInterfaces
import SmartMeter
package import Timekeeping

/// Finds the speed and framing of a meter's line: one after the other, until something that a meter says is recognised.
package final class SettingsSearch {
    /// What meters use, the most usual first: P1; DLMS in Austria, Switzerland, Norway; DSMR 2.2 and 3 and mode D; DLMS of Kamstrup in
    /// Denmark; SML.
    package static let candidates = [
        SerialSettings(baudRate: 115_200, framing: .eightNoneOne),
        SerialSettings(baudRate: 9_600, framing: .sevenEvenOne),
        SerialSettings(baudRate: 2_400, framing: .eightEvenOne),
        SerialSettings(baudRate: 2_400, framing: .eightNoneOne),
        SerialSettings(baudRate: 9_600, framing: .eightNoneOne),
    ]
    /// How long each is listened to: a meter sends at least each 10 s.
    package static let patience = TimeSpan.seconds(12)
    /// All of them, once.
    package static var round: TimeSpan { patience * Int64(candidates.count) }

    private var index = 0
    package private(set) var isFound = false
    private var openedAt: MonotonicInstant?

    package init() {}

    package var current: SerialSettings { Self.candidates[index] }

    /// When the next one is to be tried; nil when this is the right one, or no line is open.
    var nextDeadline: MonotonicInstant? { isFound ? nil : openedAt.map { $0 + Self.patience } }

    func lineOpened(at now: MonotonicInstant) { openedAt = now }

    /// Looks for what only the right settings bring; and drops what wrong ones do.
    /// - Returns: whether they are found by these events.
    func take(_ events: inout [MeterEvent]) -> Bool {
        guard !isFound else { return false }
        isFound = events.contains(where: Self.isSign)
        if !isFound { events.removeAll(where: Self.isOfWrongSettings) }
        return isFound
    }

    func advance() {
        index = (index + 1) % Self.candidates.count
        openedAt = nil
    }

    private static func isSign(_ event: MeterEvent) -> Bool {
        switch event {
        case .telegram: true
        case .problem(let problem): !isOfWrongSettings(event) && problem.reason != .truncated
        default: false
        }
    }

    private static func isOfWrongSettings(_ event: MeterEvent) -> Bool {
        guard case .problem(let problem) = event else { return false }
        switch problem.reason {
        case .noise, .frameDamaged, .truncated, .parityWrong, .checksumWrong, .checksumMissing, .blockCheckWrong,
            .otherProtocol(.hdlc), .otherProtocol(.wiredMBus), .noObjects, .tooLong:
            return true
        default: return false
        }
    }
}
