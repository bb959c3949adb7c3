import CollectorStore
import FoundationEssentials
import LoadProfile
import MeterValues

/// What is taken off a register so that its sum goes on over meter changes: one fixed number for each series, so that each hour
/// stands alone, may come in any order, and as often as one likes.
struct StatisticsSeries: Codable, Hashable {
    struct Change: Codable, Hashable {
        /// The first boundary of the new series, in quarter-hours since 2020.
        var from: Int64
        var base: Int64
    }

    /// Of the first series; it never changes.
    var base: Int64
    /// In their order.
    var changes: [Change] = []

    /// Of a register that is told of for the first time: it begins at 0 with the first that is known of it.
    init(base: Int64) { self.base = base }

    func base(at boundary: QuarterHour) -> Int64 {
        changes.last { $0.from <= boundary.number }?.base ?? base
    }

    /// Takes in where the register began anew.
    /// - Parameter profile: with the days at which it did.
    /// - Returns: the day from which on sums are others than before; nil where none is.
    mutating func follow(_ profile: RegisterProfile) -> Int64? {
        var next = Self(base: base)
        for each in profile.breaks {
            guard let last = profile.register(at: each.after), let first = profile.register(at: each.until) else {
                continue
            }
            // The use between the two is known to nobody, and counts as none.
            next.changes.append(Change(from: each.until.number, base: first - (last - next.base(at: each.after))))
        }
        guard next != self else { return nil }
        let differing = zip(changes, next.changes).first { $0 != $1 }.map { min($0.from, $1.from) }
        let common = min(changes.count, next.changes.count)
        let added = [changes, next.changes].compactMap { $0.dropFirst(common).first?.from }
        changes = next.changes
        return ([differing].compactMap { $0 } + added).min().map { QuarterHour(number: $0).day }
    }
}
