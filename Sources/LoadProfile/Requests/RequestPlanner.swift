public import MeterValues
public import Timekeeping
public import UplinkPayload

/// What a device is asked for, and when: missing quarter-hours, as `send_intervals` commands in a downlink.
///
/// It remembers what it asked, so that nothing is asked again before an answer can have come, and less and less often what
/// does not come. It is a value without a clock; what it remembers is stored with the device.
public struct RequestPlanner: Hashable, Sendable, Codable {
    /// Quarter-hours that a meter's report can be asked for.
    public struct Want: Hashable, Sendable {
        /// The meter's number in frames.
        public var meter: Int
        /// The number of its intervals report in the configuration, from 1.
        public var report: Int
        /// Runs in the order of time.
        public var missing: [Range<QuarterHour>]
        /// Runs that a report has left out: the bridge does not know them, or takes them for delivered. They are asked for
        /// until it has answered twice.
        public var doubtful: [Range<QuarterHour>]

        /// What is missing of a meter that a report (from 1) tells of.
        public init(
            meter: Int, report: Int, missing: [Range<QuarterHour>], doubtful: [Range<QuarterHour>] = []
        ) {
            self.meter = meter
            self.report = report
            self.missing = missing
            self.doubtful = doubtful
        }

        /// Nothing is wanted.
        public var isEmpty: Bool { missing.isEmpty && doubtful.isEmpty }
    }

    /// How much may be asked.
    public struct Rules: Hashable, Sendable {
        /// Downlinks of the collector in 24 hours.
        public var mostInADay: Int
        /// A quarter-hour that ended later may still come by the next reports.
        public var ripe: TimeSpan
        /// When it is asked again where not even an answer came; each second time after twice as long as before, for with a
        /// third of all frames lost every second try is in vain.
        public var unanswered: TimeSpan
        /// When it is asked again though the bridge agreed to send it: at slow data rates it takes its time.
        public var answered: TimeSpan
        /// At the slowest data rate each answer takes the air-time of what is new: each wait is twice the one before, and where
        /// a bridge is not told what is known, nothing is asked for in doubt.
        public var isSparing: Bool
        /// How often a bridge is told what is known; nil for never.
        public var telling: TimeSpan?
        /// Requests wait for what is told: all downlinks that there may be are wanted for that.
        public var ridesAlong = false

        /// Rules in place of the usual ones.
        public init(
            mostInADay: Int = DownlinkShares.collector, ripe: TimeSpan = .hours(1), unanswered: TimeSpan = .hours(3),
            answered: TimeSpan = .hours(24), isSparing: Bool = false, telling: TimeSpan? = nil
        ) {
            self.mostInADay = mostInADay
            self.ripe = ripe
            self.unanswered = unanswered
            self.answered = answered
            self.isSparing = isSparing
            self.telling = telling
        }

        /// For a device that sends at this spreading factor.
        ///
        /// At the slowest data rate a bridge is told what is known as often as it may be: one downlink spares it a day's repetitions.
        /// One that sends sums needs the sign alone, and is asked for what no sum can bring any more.
        public static func at(
            spreadingFactor: Int?, mostInADay: Int = DownlinkShares.collector, sendsSums: Bool = false
        ) -> Self {
            let isSlowest = spreadingFactor ?? 12 >= 12
            let answered: TimeSpan =
                switch spreadingFactor ?? 12 {
                case ...9: .hours(3)
                case 10: .hours(4)
                case 11: .hours(6)
                default: .hours(24)
                }
            let telling: TimeSpan? =
                sendsSums ? dailySign : isSlowest && mostInADay > 0 ? (.hours(24) + expiry) / Int64(mostInADay) : nil
            var rules = Self(
                mostInADay: mostInADay, ripe: sendsSums ? sumsCome : telling == nil ? .hours(1) : .hours(24),
                answered: answered, isSparing: isSlowest, telling: telling)
            rules.ridesAlong = isSlowest && !sendsSums
            return rules
        }
    }

    private var requests: [SentRequest] = []
    /// When a bridge was last told what is known; nil for never.
    private var toldAt: UTCInstant?
    /// When a sum came, to some hours; nil for never.
    private var sumAt: UTCInstant?
    /// Reports of which the bridge said that it can't send them again, and until when that is believed.
    private var refused: [RefusedReport] = []

    /// A little less than a day, so that what waits for an uplink does not add up.
    private static let dailySign = TimeSpan.hours(22)
    /// A sum holds the reports of two days at the slowest data rate, and one that came may wait as long for another; an answer takes
    /// the air-time of sums, so that asking sooner brings less.
    private static let sumsCome = TimeSpan.hours(24 * 6)
    /// A bridge that has sent no sum for so long sends none.
    private static let sumsLast = TimeSpan.hours(72)
    /// How exactly one remembers when a sum came.
    private static let sumPause = TimeSpan.hours(6)
    /// Commands in a downlink, what tells among them: what fits the 51 bytes of the slowest data rate.
    static let mostCommands = 6
    /// A device of class A takes a request behind its next uplink, which may be this much later than that of another: so that
    /// no 24 hours have more of them on the air, they are counted over as much more.
    public static let expiry = TimeSpan.hours(3)
    package static let day = TimeSpan.hours(24) + expiry
    /// What was asked is forgotten, and may be asked as if for the first time.
    private static let memory = TimeSpan.hours(24 * 14)
    /// A bridge gets another configuration now and then.
    private static let refusal = TimeSpan.hours(24 * 7)
    /// No wait is longer.
    private static let longestWait = TimeSpan.hours(24)
    private static let longestSparing = TimeSpan.hours(24 * 4)

    /// Of a device that was never asked.
    public init() {}

    // MARK: Asking

    /// - Parameters:
    ///   - wants: all that is missing, whatever was asked already.
    ///   - rules: how much may be asked of this device.
    ///   - now: what is younger than its ripeness is not asked for.
    ///   - used: sequence numbers of the last downlinks to this device that were not requests.
    ///   - known: what a bridge is told beside it, of each meter, when its turn is: ``isToTell(_:at:)``.
    /// - Returns: nil when there is nothing to be asked now.
    public mutating func next(
        _ wants: [Want], rules: Rules, at now: UTCInstant, used: [Int] = [], known: [Command] = []
    ) -> CommandFrame? {
        forget(before: now - Self.memory, at: now)
        guard requests.count(where: { $0.at > now - Self.day }) < rules.mostInADay else { return nil }
        guard !rules.ridesAlong || toldAt == nil || isToTell(rules, at: now) else { return nil }
        var ranges: [RequestedRange] = []
        for want in wants where !isRefused(want.report) {
            ranges += runs(of: want, rules: rules, at: now).map {
                RequestedRange(meter: want.meter, report: want.report, quarters: $0)
            }
        }
        let told = isToTell(rules, at: now) ? Array(known.prefix(Self.mostCommands)) : []
        ranges = Self.joined(ranges, most: Self.mostCommands - max(1, told.count))
        guard !ranges.isEmpty || !told.isEmpty else { return nil }
        if !told.isEmpty { toldAt = now }
        let sequence = CommandFrame.sequence(
            at: now, after: requests.suffix(BridgeSettings.rememberedSequences).map(\.sequence) + used)
        // What only tells is not answered.
        requests.append(SentRequest(sequence: sequence, at: now, ranges: ranges, isAnswered: ranges.isEmpty))
        return CommandFrame(sequence: sequence, commands: ranges.map(\.command) + told)
    }

    /// Whether it is time to tell a bridge what is known.
    public func isToTell(_ rules: Rules, at now: UTCInstant) -> Bool {
        rules.telling.map { pause in toldAt.map { now - $0 >= pause } ?? true } ?? false
    }

    /// A sum of reports came.
    /// - Returns: whether that is worth remembering.
    public mutating func noteSum(at now: UTCInstant) -> Bool {
        if let sumAt, now - sumAt < Self.sumPause, sumAt <= now { return false }
        sumAt = now
        return true
    }

    /// Whether the bridge sends sums of its reports.
    public func sendsSums(at now: UTCInstant) -> Bool { sumAt.map { now - $0 < Self.sumsLast } ?? false }

    /// Runs of quarter-hours that are to be asked for, those that were asked a while ago among them.
    private func runs(of want: Want, rules: Rules, at now: UTCInstant) -> [Range<QuarterHour>] {
        let newest = QuarterHour(atOrBefore: now - rules.ripe)
        let waiting = requests.flatMap(\.ranges).contains { $0.meter == want.meter && $0.report == want.report }
        let doubtful = rules.isSparing && rules.telling == nil ? [] : want.doubtful
        let ranges = want.missing.map { ($0, false) } + doubtful.map { ($0, true) }
        var runs: [Range<QuarterHour>] = []
        for (range, isDoubtful) in ranges.sorted(by: { $0.0.lowerBound < $1.0.lowerBound })
        where range.lowerBound < newest {
            let ripe = range.lowerBound..<min(range.upperBound, newest)
            guard waiting else {
                runs.append(contentsOf: ripe)
                continue
            }
            var quarter = ripe.lowerBound
            while quarter < ripe.upperBound {
                if mayAsk(quarter, want, isDoubtful: isDoubtful, rules: rules, at: now) {
                    runs.append(quarter, joining: true)
                }
                quarter = quarter.next
            }
        }
        return runs
    }

    /// Answers after which a bridge is believed to have nothing, and requests after which it need not be asked anyway.
    private static let (answersInDoubt, requestsInDoubt) = (2, 8)

    private func mayAsk(
        _ quarter: QuarterHour, _ want: Want, isDoubtful: Bool, rules: Rules, at now: UTCInstant
    ) -> Bool {
        let before = requests.filter { request in
            request.ranges.contains {
                $0.meter == want.meter && $0.report == want.report && $0.quarters.contains(quarter)
            }
        }
        guard let last = before.last else { return true }
        if isDoubtful, before.count(where: \.isAnswered) >= Self.answersInDoubt || before.count >= Self.requestsInDoubt
        {
            return false
        }
        let first = last.isAnswered ? rules.answered : rules.unanswered
        let doublings = min((before.count - 1) / (rules.isSparing ? 1 : 2), 6)
        let longest = rules.isSparing ? Self.longestSparing : Self.longestWait
        return last.at + min(first * (1 << Int64(doublings)), max(first, longest)) <= now
    }

    /// No more than fit a downlink: where there are more, the nearest of a meter become one with what is known between
    /// them, and what then does not fit waits.
    private static func joined(_ ranges: [RequestedRange], most: Int) -> [RequestedRange] {
        var ranges = ranges
        while ranges.count > most {
            let gaps = ranges.indices.dropLast().compactMap { index -> (index: Int, gap: Int64)? in
                ranges[index].gap(to: ranges[index + 1]).map { (index, $0) }
            }
            guard let nearest = gaps.min(by: { $0.gap < $1.gap }), nearest.gap <= longestBridge else { break }
            ranges[nearest.index].quarters =
                ranges[nearest.index].quarters.lowerBound..<ranges[nearest.index + 1].quarters.upperBound
            ranges.remove(at: nearest.index + 1)
        }
        return Array(ranges.prefix(most))
    }

    /// Known quarter-hours that are asked for once more, for want of commands.
    private static let longestBridge: Int64 = 8

    // MARK: Answers

    /// An answer of the bridge to a downlink, which may be another's.
    /// - Returns: whether it was one to a request.
    @discardableResult
    public mutating func take(_ reply: ReplySummary, at now: UTCInstant) -> Bool {
        guard let index = requests.lastIndex(where: { $0.sequence == reply.sequence }) else { return false }
        if reply.refusals.contains(where: { $0.reason == .replayed }) {
            // Another downlink had the number: this one was not carried out, and may be asked again at once.
            requests[index].ranges = []
            return true
        }
        for refusal in reply.refusals {
            guard let position = refusal.position, requests[index].ranges.indices.contains(position) else { continue }
            switch refusal.reason {
            case .noIntervals, .noSuchReport, .noSuchMeter, .unknownCommand:
                refused.append(
                    RefusedReport(report: requests[index].ranges[position].report, until: now + Self.refusal))
            default: break
            }
        }
        requests[index].isAnswered = reply.refusals.isEmpty
        return true
    }

    private func isRefused(_ report: Int) -> Bool { refused.contains { $0.report == report } }

    private mutating func forget(before time: UTCInstant, at now: UTCInstant) {
        requests.removeAll { $0.at < time }
        refused.removeAll { $0.until <= now }
    }

    // MARK: For people

    /// Requests of the last 24 hours.
    public func count(at now: UTCInstant) -> Int { requests.count { $0.at > now - .hours(24) } }

    /// When the last was sent that nothing was heard of yet; nil for none.
    public var waitingSince: UTCInstant? { requests.last.flatMap { $0.isAnswered ? nil : $0.at } }
}

/// What stands in an answer of the bridge, as far as requests want to know it.
public struct ReplySummary: Hashable, Sendable {
    /// A command that was not carried out.
    public struct Refused: Hashable, Sendable {
        /// Of the command in its downlink, from 0; nil for the downlink as a whole.
        public var position: Int?
        /// Why it was refused.
        public var reason: Refusal

        /// `position` is that of the command in its downlink, from 1.
        public init(position: Int?, reason: Refusal) {
            self.position = position
            self.reason = reason
        }
    }

    /// The sequence number of the downlink that is answered, 0 to 4095.
    public var sequence: Int
    /// Commands that were not carried out; empty where all were.
    public var refusals: [Refused]

    /// What a reply says of the downlink with this sequence number.
    public init(sequence: Int, refusals: [Refused] = []) {
        self.sequence = sequence
        self.refusals = refusals
    }

    /// - Parameter report: a decoded message of the port of replies; nil for any other.
    public init?(_ report: DecodedReport) {
        guard case .number(let sequence, _)? = report["sequence"], case .list(let answers)? = report["answers"]
        else { return nil }
        self.init(sequence: Int(sequence.coefficient), refusals: answers.compactMap(Self.refused))
    }

    private static func refused(_ answer: [DecodedEntry]) -> Refused? {
        func value(_ key: String) -> DecodedValue? { answer.first { $0.key == key }?.value }
        guard case .text(let name)? = value("reason"),
            let reason = Refusal.allCases.first(where: { $0.name == name })
        else { return nil }
        guard value("command") != .text("downlink"), case .number(let position, _)? = value("position") else {
            return Refused(position: nil, reason: reason)
        }
        return Refused(position: Int(position.coefficient) - 1, reason: reason)
    }
}
