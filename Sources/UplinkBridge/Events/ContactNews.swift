import LoRaWAN
package import Timekeeping

/// What a person should know of the network.
package enum ContactNews: Hashable, Sendable {
    /// It left questions unanswered.
    case doubtful(NetworkSilence)
    /// The session is taken as lost.
    case lost(NetworkSilence)
    /// It is heard again.
    case heard
}

/// How long the network has said nothing, for people.
package struct NetworkSilence: Hashable, Sendable {
    package let span: TimeSpan
    package let uplinks: Int
    package let isLost: Bool
    /// Whether a join may bring a new session.
    package let joins: Bool

    init(_ contact: NetworkContact, joins: Bool, at now: MonotonicInstant) {
        span = contact.silence(at: now)
        uplinks = Int(clamping: contact.uplinks)
        isLost = contact.isLost(at: now)
        self.joins = joins
    }
}

extension NetworkSilence: CustomStringConvertible {
    package var description: String {
        let what = "no word from the network for \(length), \(uplinks) uplinks"
        guard joins else {
            return what + ": with ABP there is no join; does the server have this device, with these keys and counters?"
        }
        return isLost
            ? what + ": joining anew, and going on in the old session until that is answered"
            : what + ": is the device still registered, is a gateway in reach? It is asked for a sign of life"
    }

    /// Whole days from two on, else hours or minutes.
    private var length: String {
        let hours = span.seconds / 3_600
        if hours >= 48 { return "\(hours / 24) days" }
        return hours >= 2 ? "\(hours) hours" : "\(span.seconds / 60) min"
    }
}
