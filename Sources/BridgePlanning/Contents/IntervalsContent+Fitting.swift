import UplinkPayload

/// What goes into a frame that can't hold all that the server may lack.
extension IntervalsContent {
    /// Of a boundary in a frame that can't hold all, in quarter-hours that the server surely lacks.
    private static let prices = 1e-6...1.0
    private static let priceSteps = 14
    /// A frame does without the newest when it is worth so many times more.
    private static let olderIsWorth = 2.0

    typealias Fitting = (selection: IntervalSelection, encoded: IntervalLayout.Encoded)

    /// What is worth most of that which has room, where all has none.
    func fitting(
        _ need: IntervalNeed, meter: Int, wish: IntervalWish, limit: Int
    ) -> Fitting? {
        func fits(_ selection: IntervalSelection) -> Fitting? {
            layout.encode(selection.history, meter: meter, limit: limit)
                .flatMap { $0.boundaries >= selection.wanted ? (selection, $0) : nil }
        }
        let present = fitting(need, isOlder: false, fits)
        guard wish.mayBeOlder, let older = fitting(need, isOlder: true, fits) else { return present }
        let worth = [present, older].map { $0.map { need.worth(of: $0.selection) } ?? 0 }
        return worth[1] > Self.olderIsWorth * worth[0] ? older : present
    }

    private func fitting(
        _ need: IntervalNeed, isOlder: Bool, _ fits: (IntervalSelection) -> Fitting?
    ) -> Fitting? {
        // The price that fills the room.
        var (low, high) = (Self.prices.lowerBound, Self.prices.upperBound)
        var tooMuch = need.selection(price: low, isOlder: isOlder)
        var best = fits(need.selection(price: high, isOlder: isOlder))
        for _ in 0..<Self.priceSteps {
            let price = (low * high).squareRoot()
            let selection = need.selection(price: price, isOlder: isOlder)
            if let some = fits(selection) { (best, high) = (some, price) } else { (tooMuch, low) = (selection, price) }
        }
        // Of what comes in together at the last price, the newest that have room.
        guard let keeps = best?.selection.keeps else { return nil }
        let more = keeps.indices.filter { tooMuch.keeps[$0] && !keeps[$0] }
        var (fewest, most) = (0, more.count)
        while fewest < most {
            let middle = (fewest + most + 1) / 2
            var keeps = keeps
            for age in more.prefix(middle) { keeps[age] = true }
            if let some = fits(IntervalSelection(need, keeping: keeps)) {
                (best, fewest) = (some, middle)
            } else {
                most = middle - 1
            }
        }
        return best
    }
}
