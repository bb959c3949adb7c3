import Timekeeping

/// Downlinks that the bridge may cause by asking for acknowledgements: no more in 24 hours than the network allows, spread
/// over the day. Commands need none of their own, because they can ride on an acknowledgement.
struct DownlinkAllowance: Sendable {
    /// nil when the network sets no limit.
    private let daily: Int?
    /// Of the last 24 hours, in their order.
    private var questions: [MonotonicInstant] = []

    /// - Parameter limit: downlinks in 24 hours, acknowledgements included; nil for no limit.
    init(limit: Int?) { daily = limit }

    func allows(at now: MonotonicInstant) -> Bool {
        guard let daily else { return true }
        guard questions.count(where: { now - $0 < .hours(24) }) < daily, let last = questions.last else {
            return daily > 0 && questions.isEmpty
        }
        // A little less than even, so that what is late now and then does not add up.
        return (now - last).seconds >= 82_000 / Int64(daily)
    }

    /// An uplink that is confirmed goes out. An alarm asks whether it is allowed or not.
    mutating func spend(at now: MonotonicInstant) {
        questions.removeAll { now - $0 >= .hours(24) }
        questions.append(now)
    }
}
