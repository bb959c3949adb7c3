public import Timekeeping

/// When the network was last heard, and what it has left unanswered since: what tells a session that no server knows from
/// one that is well.
///
/// A session that the server has forgotten looks like one of a server that has nothing to say, until something is asked that
/// it has to answer: a confirmed uplink, LinkCheckReq, DeviceTimeReq, or ADRACKReq for 32 uplinks. The session is taken as
/// lost (TR007 2.1, loss of link) when ``questionLimit`` questions in a row went unanswered; or one, where few may be asked,
/// with ``uplinkLimit`` uplinks in ``longSilence``. Then the device asks with join-requests, at the slowest data rate in
/// turns with others, and goes on in the old session until one is answered.
///
/// What that costs behind a server which never sends a downlink: a join-request each half hour for twelve hours, then four a
/// day, at the slowest data rate in turns with the others. In ten days after a first join, with that one and the days until
/// the loss is noticed, these were 53 join-requests and 44 to 45 s of air-time (EU868, simulated), of the law's account and in
/// TR007's budget. Nothing of the daily air-time. Behind one that answers joins and nothing else each new session is given
/// twice the time of the one before, up to sixteen times.
public struct NetworkContact: Hashable, Sendable {
    /// The latest downlink or join-accept, or the first uplink where there was none before it; nil before both.
    public internal(set) var since: MonotonicInstant?
    /// Whether ``since`` is a word of the network.
    public internal(set) var isHeard = false
    /// ``since`` in UTC, where the date was known.
    public internal(set) var sinceTime: UTCInstant?
    /// New uplinks since then.
    public internal(set) var uplinks: UInt32 = 0
    /// Of these, how many the network had to answer.
    public internal(set) var questions: UInt32 = 0
    /// When the latest of these went out.
    public internal(set) var askedAt: MonotonicInstant?
    /// Join-requests that went out beside the session since it was taken as lost.
    public internal(set) var tries: UInt32 = 0
    /// Joins in a row after each of which the network said nothing more: that it is silent is no sign of a lost session then.
    public internal(set) var fruitless: UInt32 = 0
    /// The network has ordered a new session, which is still to be made.
    public internal(set) var isRenewalOrdered = false
    /// Of a session before this one, its last word: what was sent in it from then on is likely lost. Nil when all of that
    /// was made good.
    public internal(set) var gapSince: UTCInstant?

    /// Questions in a row without an answer after which the session is taken as lost.
    public static let questionLimit: UInt32 = 8
    /// Where few questions are allowed, one is enough after so long and so many uplinks.
    public static let longSilence = TimeSpan.hours(36)
    /// The uplinks that belong to ``longSilence``.
    public static let uplinkLimit: UInt32 = 64
    /// So many uplinks without a word, or so long a silence, are reason to ask.
    static let uplinksToAsk: UInt32 = 32
    static let silenceToAsk = TimeSpan.hours(12)
    /// Between two questions while the first is unanswered, and when the session is taken as lost.
    static let questionPause = TimeSpan.minutes(1)
    static let lostPause = TimeSpan.hours(3)

    /// Of a base in a private network, which answers whatever it is asked; not stored.
    public internal(set) var isPrivate = false

    /// A base is asked after so long a silence. It is deaf for three minutes of 47, and walls take some of the rest: it
    /// is taken as lost after so many questions, or fewer in so long a silence.
    static let privateSilence = TimeSpan.minutes(5)
    static let privateQuestions: (many: UInt32, few: UInt32, silence: TimeSpan) = (8, 3, .minutes(15))

    /// Nothing was sent yet.
    public init() {}

    /// How long the network has said nothing. The time that the board was off does not count.
    public func silence(at now: MonotonicInstant) -> TimeSpan { since.map { max(.zero, now - $0) } ?? .zero }

    /// Whether the session is taken as lost.
    public func isLost(at now: MonotonicInstant) -> Bool {
        if isPrivate {
            let limit = Self.privateQuestions
            return questions >= limit.many || (questions >= limit.few && silence(at: now) >= limit.silence)
        }
        let patience = UInt32(1) << min(fruitless, 4)
        return questions >= Self.questionLimit * patience
            || (questions > 0 && uplinks >= Self.uplinkLimit && silence(at: now) >= Self.longSilence * Int64(patience))
    }

    /// Whether a person should know: half of what makes the session lost.
    public func isDoubtful(at now: MonotonicInstant) -> Bool {
        (isPrivate && questions >= 2) || questions >= Self.questionLimit / 2
            || (questions > 0 && silence(at: now) >= .hours(24)) || isLost(at: now)
    }

    /// Whether it is time to ask the network for a sign of life.
    public func wantsQuestion(at now: MonotonicInstant) -> Bool {
        let pause = askedAt.map { now - $0 }
        if isPrivate, questions == 0 { return uplinks >= Self.uplinksToAsk || silence(at: now) >= Self.privateSilence }
        if isLost(at: now), !isPrivate { return pause.map { $0 >= Self.lostPause } ?? true }
        if questions > 0 { return pause.map { $0 >= Self.questionPause } ?? true }
        return uplinks >= Self.uplinksToAsk || silence(at: now) >= Self.silenceToAsk
    }

    /// Whether no question was asked, and none answered, for a day: one is allowed then whatever else is.
    public func isDailyQuestionDue(at now: MonotonicInstant) -> Bool {
        [askedAt, since].compactMap { $0 }.max().map { now - $0 >= .hours(24) } ?? true
    }

    // MARK: What happens

    /// A new uplink went out.
    mutating func noteUplink(isQuestion: Bool, at now: MonotonicInstant, utc: UTCInstant?) {
        if since == nil { (since, sinceTime) = (now, utc) }
        uplinks = uplinks == .max ? .max : uplinks + 1
        guard isQuestion else { return }
        // Alarms repeat their question within minutes: a gateway that is started anew is no loss.
        if questions == 0 || askedAt.map({ now - $0 >= Self.questionPause }) ?? true {
            questions = questions == .max ? .max : questions + 1
        }
        askedAt = now
    }

    /// A downlink of the session was heard.
    mutating func noteWord(at now: MonotonicInstant, utc: UTCInstant?) {
        (since, sinceTime, isHeard) = (now, utc, true)
        (uplinks, questions, tries, fruitless) = (0, 0, 0, 0)
    }

    /// A join-request was answered.
    mutating func noteJoin(at now: MonotonicInstant, utc: UTCInstant?) {
        let fruitless = uplinks > 0 ? self.fruitless + 1 : 0
        // A server that answers joins and nothing else may well have heard all.
        if fruitless == 1, let since {
            let lastWord = sinceTime ?? utc.map { UTCInstant(nanoseconds: $0.nanoseconds - (now - since).nanoseconds) }
            gapSince = [gapSince, lastWord].compactMap { $0 }.min()
        }
        noteWord(at: now, utc: utc)
        (isRenewalOrdered, self.fruitless) = (false, min(fruitless, 255))
    }

    /// A join-request goes out beside the session.
    mutating func noteTry() { tries = tries == .max ? .max : tries + 1 }
    mutating func withdrawTry() { tries -= tries > 0 ? 1 : 0 }

    /// The network wants a new session.
    mutating func orderRenewal() { (isRenewalOrdered, tries) = (true, 0) }

    /// How long after one join-request the next may go out beside the session.
    var tryPause: TimeSpan {
        // A base listens for three minutes of 47, and for twelve once it has missed the device.
        if isPrivate { return tries < 60 ? .minutes(2) : .minutes(10) }
        return tries < 24 ? .minutes(30) : .hours(6)
    }

    /// When the next join-request goes out beside the session.
    /// - Parameters:
    ///   - earliest: not before.
    ///   - pause: from the latest join-request, half of it by chance; nil for that of a session that is lost.
    ///   - draw: a random number below its argument.
    package func renewalStart(
        notBefore earliest: MonotonicInstant? = nil, pause: TimeSpan? = nil, budget: JoinBudget,
        at now: MonotonicInstant, draw: (Int) -> Int
    ) -> MonotonicInstant {
        guard tries > 0, let latest = budget.latest else {
            let spread = TimeSpan.milliseconds(Int64(draw(isRenewalOrdered ? 8_000 : 60_000)))
            return max(earliest ?? now, now + spread)
        }
        // As fast as for a first join where the network has ordered it: both spread the budget of TR007.
        let pause = pause ?? (isRenewalOrdered ? .minutes(2) : tryPause)
        return max(earliest ?? now, latest + pause / 4 * 3 + pause / 2 * Int64(draw(1_001)) / 1_000)
    }

    /// After a reboot: see ``AirTimeWindow``.
    mutating func shift(by span: TimeSpan) {
        since = since.map { $0 + span }
        askedAt = askedAt.map { $0 + span }
    }
}
