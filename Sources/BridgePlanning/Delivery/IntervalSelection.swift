import MeterValues
import UplinkPayload

/// Which boundaries of a meter's history a report is to carry: those of the quarter-hours that are worth it.
struct IntervalSelection {
    /// Which of the boundaries are kept, by age.
    let keeps: [Bool]
    /// The history from the first boundary that is kept, without those that are left out.
    let history: IntervalHistory
    /// Boundaries from the first to the last that is wanted.
    let wanted: Int
    /// By age: the quarter-hour that ends there, where it is known and not left out.
    private let items: [DeliveryChances.Item?]
    /// The age of the first boundary.
    private let first: Int

    init(_ need: IntervalNeed, keeping keeps: [Bool]) {
        self.keeps = keeps
        let (first, last) = (keeps.firstIndex(of: true) ?? 0, keeps.lastIndex(of: true) ?? 0)
        // What is older than all that is wanted fills the frame.
        func isKept(_ age: Int) -> Bool { age > last || keeps[age] }
        self.first = first
        wanted = min(keeps.count, last - first + 1)
        items = need.items.indices.map { isKept($0) && isKept($0 + 1) ? need.items[$0] : nil }
        history = IntervalHistory(
            newest: QuarterHour(number: need.history.newest.number - Int64(first)),
            entries: need.history.registers.map { places in
                places.enumerated().compactMap { age, entry in isKept(age) ? entry : nil }
            })
    }

    /// Whether it begins with the newest boundary.
    var isPresent: Bool { first == 0 }

    /// The quarter-hours of a frame that carries so many boundaries.
    func carried(boundaries: Int) -> [DeliveryChances.Item] {
        items.dropFirst(first).prefix(max(0, boundaries - 1)).compactMap { $0 }
    }
}
