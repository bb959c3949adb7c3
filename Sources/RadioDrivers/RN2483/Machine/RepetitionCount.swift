import Timekeeping

/// When the repetitions that the network has ordered are counted, and what was seen of them.
struct RepetitionCount {
    private enum Turn {
        case none
        /// From that time on, when nothing else is to be done.
        case wanted(MonotonicInstant)
        case underWay
    }

    private var turn = Turn.none
    private var begunAt: MonotonicInstant?
    /// How many transmissions the latest uplink had the time for; nil when that says nothing.
    private var seen: Int64?

    /// What was counted may be too much: the module may have waited for a channel. So it is counted again.
    private static let pause = TimeSpan.hours(24)
    /// A channel of 1 % is free again after the longest frame.
    private static let channelPause = TimeSpan.minutes(5)
    /// For want of air-time or a channel.
    private static let retry = TimeSpan.minutes(30)

    var isUnderWay: Bool {
        if case .underWay = turn { true } else { false }
    }

    /// When it is to begin.
    var dueAt: MonotonicInstant? {
        if case .wanted(let due) = turn { due } else { nil }
    }

    /// - Parameter isKnown: there is a number, which may be old.
    mutating func want(isKnown: Bool, at now: MonotonicInstant) {
        guard dueAt == nil else { return }
        let isOld = begunAt.map { now - $0 >= Self.pause } ?? true
        guard !isKnown || isOld else { return }
        turn = .wanted(now + Self.channelPause)
    }

    mutating func begin(at now: MonotonicInstant) { (turn, begunAt) = (.underWay, now) }

    /// It was not sent: another time.
    mutating func putOff(at now: MonotonicInstant) { turn = .wanted(now + Self.retry) }

    mutating func end() { turn = .none }

    mutating func saw(_ cycles: Int64?) { seen = cycles }

    /// What was seen, once.
    mutating func takeSeen() -> Int64? {
        defer { seen = nil }
        return seen
    }
}
