import MeterValues
import UplinkPayload

/// Which boundaries of a meter's history a report is to carry: those of quarter-hours that the server may lack.
struct IntervalSelection {
    /// The history without stretches that the server has. A frame says in about as many bits as six quarter-hours take
    /// that one is left out.
    let history: IntervalHistory
    /// Boundaries from the newest to the oldest that is wanted.
    let wanted: Int
    /// Quarter-hours that the server may lack.
    let lacking: Int
    /// Ends of quarter-hours of which nothing is stored.
    let unknown: [QuarterHour]
    /// By age, from the newest: the quarter-hour that ends there, where it is known and not left out.
    private let items: [DeliveryChances.Item?]
    /// How often the quarter-hours that are lacking were sent, each number once, in ascending order.
    let levels: [Double]

    /// How often each of ``items`` was sent; infinitely often where nothing is known of it.
    private let sendings: [Double]

    private static let shortestGap = 8

    /// - Parameters:
    ///   - asked: ends of the quarter-hours that were looked for.
    ///   - copies: a quarter-hour that was sent so often is not wanted any more.
    ///   - next: of those that were sent so often, wanted are those that end then or later.
    init(
        _ history: IntervalHistory, of asked: ClosedRange<Int64>, chances: DeliveryChances, copies: Double,
        next: (sent: Double, from: Int64)? = nil
    ) {
        let count = history.registers.map(\.count).max() ?? 0
        var items = (0..<count).map { history.item(age: $0) }
        unknown = asked.filter { number in
            let age = history.newest.number - number
            return !items.indices.contains(Int(clamping: age)) || items[Int(clamping: age)] == nil
        }.map { QuarterHour(number: $0) }
        let sendings = items.map { item in item.map { chances.copies(of: $0) } ?? .infinity }
        self.sendings = sendings
        let isWanted = sendings.enumerated().map { age, sent in
            sent < copies || next.map { sent == $0.sent && history.newest.number - Int64(age) >= $0.from } ?? false
        }
        levels = Set(sendings.filter { $0 < copies }).sorted()
        lacking = isWanted.count { $0 }
        var keeps = [Bool](repeating: false, count: count)
        if count > 0 { keeps[0] = true }
        for age in isWanted.indices where isWanted[age] {
            keeps[age] = true
            if age + 1 < count { keeps[age + 1] = true }
        }
        let last = keeps.lastIndex(of: true) ?? 0
        wanted = min(count, last + 1)
        var leavesOut: Set<Int64> = []
        var age = 0
        while age < last {
            let start = age
            while age < last, !keeps[age] { age += 1 }
            if age - start >= Self.shortestGap {
                for left in start..<age {
                    leavesOut.insert(history.newest.number - Int64(left))
                    items[left] = nil
                }
                // The one that ends at the last boundary before the stretch begins within it.
                items[start - 1] = nil
            }
            age += 1
        }
        self.items = items
        self.history =
            leavesOut.isEmpty
            ? history
            : IntervalHistory(
                newest: history.newest,
                entries: history.registers.map { places in
                    places.compactMap { $0 }.filter { !leavesOut.contains($0.boundary.number) }
                })
    }

    /// Ends of the quarter-hours that were sent so often, the newest first.
    func ends(sent: Double) -> [Int64] {
        sendings.indices.filter { sendings[$0] == sent }.map { history.newest.number - Int64($0) }
    }

    /// The quarter-hours of a frame that carries so many boundaries.
    func carried(boundaries: Int) -> [DeliveryChances.Item] {
        items.prefix(max(0, boundaries - 1)).compactMap { $0 }
    }
}

extension IntervalHistory {
    /// The quarter-hour that ends so many boundaries before the newest, and which registers know its use.
    fileprivate func item(age: Int) -> DeliveryChances.Item? {
        var mask: UInt8 = 0
        for (index, places) in registers.enumerated() where age + 1 < places.count {
            guard let end = places[age], let start = places[age + 1], start.series == end.series else { continue }
            mask |= 1 << UInt8(index)
        }
        return mask == 0
            ? nil : DeliveryChances.Item(end: QuarterHour(number: newest.number - Int64(age)), registers: mask)
    }
}
