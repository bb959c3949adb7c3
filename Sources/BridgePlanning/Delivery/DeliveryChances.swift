import Glibc
import MeterValues
import Timekeeping

/// How likely the network server still lacks each quarter-hour of one meter: what was sent how often, and what of it was
/// acknowledged.
///
/// It is not stored. After a restart the last day counts as never sent: sending it again costs a few bytes once.
package struct DeliveryChances: Sendable {
    /// A quarter-hour in a frame, by the boundary at its end.
    struct Item: Hashable, Sendable {
        let end: QuarterHour
        /// One bit for each register of the layout that is known at both ends.
        let registers: UInt8
    }

    private struct Entry {
        var registers: UInt8
        /// Sendings; two within the half hour are not as good as two far apart, because losses come together.
        var copies: Double
        var sentAt: MonotonicInstant
        var isAcknowledged = false
        /// Those of the sendings that the server has not spoken of yet.
        var sendings: [Sending] = []

        mutating func send(_ copy: Double, at now: MonotonicInstant) {
            sentAt = now
            guard copy.isFinite else { return isAcknowledged = true }
            copies += copy
            sendings.append(Sending(at: now, copy: copy))
            if sendings.count > Self.mostSendings { sendings.removeFirst() }
        }

        /// What was sent until then was lost.
        mutating func lose(sentUntil: MonotonicInstant) {
            sendings.removeAll { $0.at <= sentUntil }
            copies = sendings.reduce(0) { $0 + $1.copy }
        }

        private static let mostSendings = 12
    }

    private struct Sending {
        let at: MonotonicInstant
        let copy: Double
    }

    private static let apart = TimeSpan.minutes(30)
    package static let remembered: Int64 = 1_023
    package static let dayBefore: Int64 = 96

    private var entries: [Int64: Entry] = [:]
    /// What is older counts as delivered.
    private(set) var first: Int64

    /// - Parameters:
    ///   - newest: the newest boundary that is stored at the start.
    ///   - gapSince: the first quarter-hour that a lost session may not have delivered; nil where none was lost.
    init(newest: QuarterHour, gapSince: QuarterHour? = nil) {
        first = min(newest.number - Self.dayBefore, gapSince.map { $0.number - 1 } ?? .max)
    }

    /// What was sent since then was not heard, back to the first quarter-hour of it.
    mutating func forget(sentSince: MonotonicInstant, first: QuarterHour) {
        self.first = min(self.first, first.number - 1)
        entries = entries.filter { $0.value.isAcknowledged || $0.value.registers == 0 || $0.value.sentAt < sentSince }
    }

    /// Sendings of a quarter-hour that count; infinitely many for one that was acknowledged.
    func copies(of item: Item) -> Double {
        guard item.end.number > first else { return .infinity }
        guard let entry = entries[item.end.number], entry.registers & item.registers == item.registers else { return 0 }
        return entry.isAcknowledged ? .infinity : entry.copies
    }

    /// What is older than all that is known of was sent before the start, or is not to be sent.
    func delivery(of end: QuarterHour) -> QuarterDelivery {
        guard end.number > first else { return .sent }
        guard let entry = entries[end.number], entry.registers != 0 else { return .waiting }
        return entry.isAcknowledged ? .acknowledged : entry.copies > 0 ? .sent : .waiting
    }

    /// How many boundaries before the newest the oldest quarter-hour ends that was sent less often, as far as one can
    /// tell without looking what is stored of it.
    func oldest(upTo newest: QuarterHour, sentLessThan copies: Double) -> Int {
        let end = max(first, newest.number - Self.remembered)
        var number = min(end, newest.number)
        while number < newest.number {
            number += 1
            guard let entry = entries[number] else { break }
            if !entry.isAcknowledged, entry.copies < copies { break }
        }
        return Int(clamping: newest.number - number)
    }

    /// Whether there may be one that was sent less often.
    func lacks(upTo newest: QuarterHour, sentLessThan copies: Double) -> Bool {
        let oldest = newest.number - Int64(oldest(upTo: newest, sentLessThan: copies))
        guard oldest > first else { return false }
        return entries[oldest].map { !$0.isAcknowledged && $0.copies < copies } ?? true
    }

    /// There is nothing to be sent of them. Should anything be stored of them later, it is new.
    mutating func note(unknown ends: [QuarterHour], at now: MonotonicInstant) {
        for end in ends where entries[end.number] == nil {
            entries[end.number] = Entry(registers: 0, copies: .infinity, sentAt: now)
        }
    }

    /// The server has said that it has them. Those that were never sent it can't have.
    mutating func note(known ends: [QuarterHour]) {
        for end in ends { entries[end.number]?.isAcknowledged = true }
    }

    /// The server has said that it lacks them: what was sent until then was lost.
    mutating func note(lacking ends: [QuarterHour], sentUntil: MonotonicInstant) {
        for end in ends {
            guard let entry = entries[end.number], !entry.isAcknowledged, entry.registers != 0 else { continue }
            entries[end.number]?.lose(sentUntil: sentUntil)
        }
    }

    /// All that was sent until then and not acknowledged counts as lost.
    mutating func noteLost(sentUntil: MonotonicInstant) {
        note(lacking: entries.keys.map { QuarterHour(number: $0) }, sentUntil: sentUntil)
    }

    /// A frame with these is done.
    /// - Parameter copy: what it counts for; infinity when it was acknowledged.
    mutating func note(_ items: [Item], copy: Double, at now: MonotonicInstant) {
        for item in items where item.end.number > first {
            if let entry = entries[item.end.number], entry.registers & item.registers == item.registers {
                let apart = min(1, Double((now - entry.sentAt).seconds) / Double(Self.apart.seconds))
                entries[item.end.number]?.send(copy.isFinite ? copy * apart : copy, at: now)
            } else {
                var entry = Entry(registers: item.registers, copies: 0, sentAt: now)
                entry.send(copy, at: now)
                entries[item.end.number] = entry
            }
        }
        guard let newest = items.map(\.end.number).max(), entries.count > 2 * Int(Self.remembered) else { return }
        entries = entries.filter { $0.key > newest - Self.remembered }
    }
}
