import Glibc
import MeterValues
import UplinkPayload

/// What of a meter's history the server may lack, and what it is worth to send each quarter-hour of it: the chance that the
/// server lacks it.
struct IntervalNeed {
    let history: IntervalHistory
    /// Quarter-hours that the server may lack.
    let lacking: Int
    /// Ends of quarter-hours of which nothing is stored.
    let unknown: [QuarterHour]
    /// By age, from the newest: the quarter-hour that ends there, where it is known.
    let items: [DeliveryChances.Item?]
    /// By age; zero for what is not wanted.
    private let worth: [Double]
    /// Whether anything is known of the boundary of that age.
    private let isKnown: [Bool]

    /// What it takes that a stretch is left out, in quarter-hours: to say so, and each boundary of the stretch.
    private static let gap = (once: 6.0, each: 0.04)
    /// Of two that are worth the same, the newer is sent: so much of the worth is lost with each quarter-hour of age.
    private static let aging = 0.0001

    /// - Parameter asked: ends of the quarter-hours that were looked for.
    init(_ history: IntervalHistory, of asked: ClosedRange<Int64>, wish: IntervalWish) {
        let count = history.registers.map(\.count).max() ?? 0
        let items = (0..<count).map { history.item(age: $0) }
        let sendings = items.map { item in item.map { wish.chances.copies(of: $0) } ?? .infinity }
        self.history = history
        self.items = items
        isKnown = (0..<count).map { age in history.registers.contains { age < $0.count && $0[age] != nil } }
        unknown = asked.filter { number in
            let age = Int(clamping: history.newest.number - number)
            return !items.indices.contains(age) || items[age] == nil
        }.map { QuarterHour(number: $0) }
        lacking = sendings.count { $0 < wish.copies }
        worth = sendings.enumerated().map { age, sent in
            sent < wish.copies ? pow(wish.loss, sent) * (1 - Self.aging * Double(age)) : 0
        }
    }

    /// All that the server may lack, with the newest boundary, and what is too short to be left out.
    var whole: IntervalSelection { selection(price: 1e-9) }

    /// How many quarter-hours before the newest boundary were never sent.
    var fresh: Int { worth.firstIndex { $0 < 0.9 } ?? worth.count }

    /// What is worth its price together.
    /// - Parameters:
    ///   - price: of a boundary.
    ///   - isOlder: whether it leaves the fresh ones to another frame, and need not begin with the newest boundary.
    func selection(price: Double, isOlder: Bool = false) -> IntervalSelection {
        IntervalSelection(self, keeping: keeps(price: price, beginning: isOlder ? fresh...Int.max : 0...0))
    }

    /// What a selection is worth without the fresh ones, which any frame can carry.
    func worth(of selection: IntervalSelection) -> Double {
        let keeps = selection.keeps
        return worth.indices.dropLast().dropFirst(fresh).reduce(0) { $0 + (keeps[$1] && keeps[$1 + 1] ? worth[$1] : 0) }
    }

    private enum Step { case begin, kept, leftOut }

    /// The best way back in time. Each boundary is kept or left out.
    private func keeps(price: Double, beginning: ClosedRange<Int>) -> [Bool] {
        // The best way so far that ends with a boundary which is kept, and one that ends with one which is left out.
        var (kept, leftOut) = (-Double.infinity, -Double.infinity)
        var (best, last) = (-Double.infinity, -1)
        // What comes before a boundary on the best way to it.
        var before: [(ofKept: Step, ofLeftOut: Step)] = []
        for age in items.indices {
            let goesOn = age > 0 ? kept + worth[age - 1] : -.infinity
            let comesBack = leftOut - Self.gap.once * price
            let begins = beginning.contains(age) ? 0 : -Double.infinity
            let most = max(goesOn, comesBack, begins)
            before.append(
                (most == goesOn ? .kept : most == comesBack ? .leftOut : .begin, kept >= leftOut ? .kept : .leftOut))
            leftOut = max(kept, leftOut) - Self.gap.each * price
            kept = isKnown[age] ? most - price : -.infinity
            if kept > best { (best, last) = (kept, age) }
        }
        var keeps = [Bool](repeating: false, count: items.count)
        var (age, step) = (last, Step.kept)
        while age >= 0, step != .begin {
            keeps[age] = step == .kept
            step = step == .kept ? before[age].ofKept : before[age].ofLeftOut
            age -= 1
        }
        return keeps
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
