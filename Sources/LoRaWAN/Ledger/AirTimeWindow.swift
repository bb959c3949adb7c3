public import Timekeeping

/// A limit on the time spent sending within any window of a fixed length, kept exactly: no bins, no hourly credit.
///
/// Transmissions are recorded in the order of time and do not overlap. The work for each is constant on average.
public struct AirTimeWindow: Hashable, Sendable {
    /// One transmission.
    public struct Entry: Hashable, Sendable {
        /// When it began.
        public var start: MonotonicInstant
        /// How long it lasted.
        public var airTime: TimeSpan

        /// When it was over.
        public var end: MonotonicInstant { start + airTime }
    }

    /// The length of the window.
    public let length: TimeSpan
    /// The on-time that is allowed in it.
    public package(set) var limit: TimeSpan
    private var storage: [Entry] = []
    /// Entries before this index have left the window.
    private var head = 0
    /// On-time of all entries from `head` on.
    private var total = TimeSpan.zero
    /// On-time of all transmissions since this value was made, those that have left the window too.
    private(set) var recorded = TimeSpan.zero

    /// At most `limit` of air-time in any `length`.
    public init(length: TimeSpan, limit: TimeSpan) {
        self.length = length
        self.limit = limit
    }

    /// What is still within the window of the newest, oldest first.
    public var entries: ArraySlice<Entry> { storage[head...] }

    /// The first instant from `now` on at which a transmission may start; nil when its air-time alone is too much.
    ///
    /// On-time in a window grows while we send, so the one that ends with the transmission is the fullest. It is within
    /// the limit as soon as enough of the oldest on-time lies more than one window before the end.
    public func earliestStart(airTime: TimeSpan, at now: MonotonicInstant) -> MonotonicInstant? {
        guard airTime <= limit else { return nil }
        var excess = total + airTime - limit
        guard excess > .zero else { return now }
        for entry in storage[head...] {
            guard entry.airTime < excess else { return max(now, entry.start + excess + length - airTime) }
            excess -= entry.airTime
        }
        return now
    }

    /// The on-time that may still be spent by a transmission that ends at `now`.
    public func remaining(at now: MonotonicInstant) -> TimeSpan {
        var used = TimeSpan.zero
        let begin = now - length
        for entry in storage[head...].reversed() {
            guard entry.end > begin else { break }
            used += entry.end - max(entry.start, begin)
        }
        return max(.zero, limit - used)
    }

    /// Records a transmission; one that seems to start before the last ended is taken as following it at once.
    /// - Parameters:
    ///   - start: its begin.
    ///   - airTime: its length.
    ///   - now: before `start` where one planned later may go out earlier: all of an hour before that is kept.
    public mutating func record(start: MonotonicInstant, airTime: TimeSpan, at now: MonotonicInstant? = nil) {
        let begin = max(start, storage.last?.end ?? start)
        prune(at: min(now ?? begin, begin))
        storage.append(Entry(start: begin, airTime: airTime))
        total += airTime
        recorded += airTime
    }

    /// The last transmission ended at another time than planned.
    package mutating func moveLast(toEndAt end: MonotonicInstant) {
        guard let last = storage.indices.last, last >= head else { return }
        let start = end - storage[last].airTime
        let moved = last > head ? max(start, storage[last - 1].end) : start
        storage[last].start = moved
        prune(at: moved)
    }

    /// The last transmission went on until then, where that is after its end. More than a day is not told apart: any limit is
    /// used up by less.
    mutating func stretchLast(toEndAt end: MonotonicInstant) {
        guard let last = storage.indices.last, last >= head else { return }
        let more = min(end - storage[last].end, .hours(24) - storage[last].airTime)
        guard more > .zero else { return }
        storage[last].airTime += more
        total += more
        recorded += more
    }

    /// The last transmission never took place.
    mutating func removeLast() {
        guard let last = storage.indices.last, last >= head else { return }
        total -= storage[last].airTime
        recorded -= storage[last].airTime
        storage.removeLast()
    }

    /// Whether the limit is one: on-time can be more.
    var isLimited: Bool { limit < length }

    /// After a reboot: moves all entries on to the new clock. Their distances from each other are known, the time since
    /// the last is not; whoever calls this takes it as none, so that no entry is thought older than it is.
    package mutating func shift(by span: TimeSpan) {
        for index in storage.indices { storage[index].start = storage[index].start + span }
    }

    private mutating func prune(at now: MonotonicInstant) {
        while head < storage.count, storage[head].end + length <= now {
            total -= storage[head].airTime
            head += 1
        }
        // Moving what is left pays for itself: at least as many entries have gone.
        if head >= 16, head * 2 >= storage.count {
            storage.removeSubrange(..<head)
            head = 0
        }
    }

    public static func == (lhs: Self, rhs: Self) -> Bool {
        lhs.length == rhs.length && lhs.limit == rhs.limit && lhs.entries == rhs.entries
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(entries)
    }
}
