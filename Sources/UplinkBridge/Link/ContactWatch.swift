import LoRaWAN
import Timekeeping

/// Tells once what a person should know of a network that is silent.
struct ContactWatch {
    private enum Stage: Int { case well, doubtful, lost }
    private var stage = Stage.well

    mutating func news(of contact: NetworkContact, joins: Bool, at now: MonotonicInstant) -> ContactNews? {
        let present: Stage = contact.isLost(at: now) ? .lost : contact.isDoubtful(at: now) ? .doubtful : .well
        guard present != stage else { return nil }
        stage = present
        let silence = NetworkSilence(contact, joins: joins, at: now)
        return switch present {
        case .well: .heard
        case .doubtful: .doubtful(silence)
        case .lost: .lost(silence)
        }
    }
}
