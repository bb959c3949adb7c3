package import MeterValues
package import Timekeeping
package import UplinkPayload

/// Packs what is due.
package struct UplinkPacker {
    /// A payload, and what is left to be sent of the same.
    package struct Packed: Sendable {
        package var payload: [UInt8]
        package var rest: DueUplink?
        /// Of an intervals report.
        package var intervals: PackedIntervals?
    }

    /// What an intervals report carries.
    package struct PackedIntervals: Sendable {
        /// The newest boundary that is stored.
        package let newest: QuarterHour
        let items: [DeliveryChances.Item]
        /// Quarter-hours that the server may lack, and how many of them had no room.
        package let lacking: Int
        package let leftOut: Int
        /// Whether it begins with the newest boundary.
        let isPresent: Bool
        /// Those of which nothing is stored.
        let unknown: [QuarterHour]
    }

    private let source: any UplinkSource
    private let health: @Sendable (MonotonicInstant) -> BridgeHealth

    /// History beyond what is wanted that may fill a frame.
    private static let fill = (atLeast: 24, spare: 96)

    /// Of a boundary in a frame that can't hold all, in quarter-hours that the server surely lacks.
    private static let prices = 1e-6...1.0
    private static let priceSteps = 14
    /// A frame does without the newest when it is worth so many times more.
    private static let olderIsWorth = 2.0

    /// Quarter-hours that are looked through at once for the newest that is stored.
    private static let longestStep = IntervalLayout.mostBoundaries - 1

    /// - Parameter health: what the status report tells of an instant.
    package init(source: any UplinkSource, health: @escaping @Sendable (MonotonicInstant) -> BridgeHealth) {
        self.source = source
        self.health = health
    }

    /// The newest boundary that is stored of the meter of an uplink.
    package func newestBoundary(of uplink: DueUplink) -> QuarterHour? {
        uplink.meter.flatMap { source.storedBoundary(meter: $0) }
    }

    /// Whether there is something to say.
    /// - Parameter sent: the newest boundary that this report has sent before.
    package func isPossible(_ uplink: DueUplink, sent: QuarterHour?, at now: MonotonicInstant) -> Bool {
        guard let meter = uplink.meter else { return true }
        switch uplink.content {
        case .readings: return source.reading(meter: meter, at: now) != nil
        case .intervals:
            guard let boundary = source.storedBoundary(meter: meter) else { return false }
            return boundary != sent
        default: return true
        }
    }

    /// - Parameters:
    ///   - wish: what an intervals report is to carry.
    ///   - room: what the payload may be used for.
    /// - Returns: nil when there is nothing to say any more.
    package func pack(
        _ uplink: DueUplink, wish: IntervalWish?, room: PayloadRoom, at now: MonotonicInstant
    ) throws(PackingError) -> Packed? {
        switch uplink.content {
        case .readings(let layout):
            guard let meter = uplink.meter, let reading = source.reading(meter: meter, at: now) else { return nil }
            return Packed(payload: layout.encode(reading, meter: meter))
        case .intervals(let layout):
            guard let meter = uplink.meter, let newest = source.storedBoundary(meter: meter) else { return nil }
            return try pack(
                layout, meter: meter, newest: newest,
                wish: wish ?? IntervalWish(chances: DeliveryChances(newest: newest), copies: 1), room: room)
        case .backfill(let layout, var from, let to):
            guard let meter = uplink.meter else { return nil }
            // Where nothing is stored nothing is sent; the longer that is, the longer are the steps.
            var step = max(1, room.mostQuarters)
            while from > to {
                let quarters = min(Int(clamping: from.number - to.number), step)
                guard let history = try history(of: layout, meter: meter, from: from, quarters: quarters) else {
                    from = QuarterHour(number: from.number - Int64(quarters))
                    step = min(step * 4, Self.longestStep)
                    continue
                }
                guard let encoded = layout.encode(history, meter: meter, limit: room.largest) else {
                    throw .doesNotFit(room.largest)
                }
                let next = QuarterHour(number: history.newest.number - Int64(max(1, encoded.boundaries - 1)))
                let rest = DueUplink(.backfill(layout, from: next, to: to), meter: meter, report: uplink.report)
                return Packed(payload: encoded.bytes, rest: next > to ? rest : nil)
            }
            return nil
        case .health: return Packed(payload: StatusPage.health(health(now)).encode())
        case .page(let page): return Packed(payload: page.encode())
        case .alarm(let alarm): return Packed(payload: alarm.encode())
        case .reply(let frame): return Packed(payload: frame)
        }
    }

    /// The shortest payload at the end of a step of air-time that holds what the server may lack, or the longest.
    private func pack(
        _ layout: IntervalLayout, meter: Int, newest: QuarterHour, wish: IntervalWish, room: PayloadRoom
    ) throws(PackingError) -> Packed? {
        let oldest = wish.chances.oldest(upTo: newest, sentLessThan: wish.copies)
        let quarters = min(
            max(oldest + Self.fill.atLeast, wish.spareSteps > 0 ? Self.fill.spare : 1),
            IntervalLayout.mostSent - 1)
        guard let all = try history(of: layout, meter: meter, from: newest, quarters: quarters) else { return nil }
        let asked = newest.number - Int64(quarters) + 1...newest.number
        let need = IntervalNeed(all, of: asked, wish: wish)
        let whole = need.whole
        guard let longest = room.steps.last,
            let longestOfWhole = layout.encode(whole.history, meter: meter, limit: longest)
        else { throw .doesNotFit(room.largest) }
        let isWhole = longestOfWhole.boundaries >= whole.wanted
        let fit = isWhole ? nil : fitting(need, layout, meter: meter, wish: wish, limit: longest)
        var (selection, best) = fit ?? (whole, longestOfWhole)
        func encode(_ limit: Int) -> IntervalLayout.Encoded? {
            layout.encode(selection.history, meter: meter, limit: limit)
        }
        let most = best.boundaries
        // More bytes never hold fewer boundaries. What is spared may carry a day.
        var (first, last) = (0, room.steps.count - 1)
        while isWhole, first < last {
            let middle = (first + last) / 2
            let wanted = middle < wish.spareSteps ? max(selection.wanted, Self.fill.spare) : selection.wanted
            if let shorter = encode(room.steps[middle]), shorter.boundaries >= min(wanted, most) {
                (best, last) = (shorter, middle)
            } else {
                first = middle + 1
            }
        }
        let items = selection.carried(boundaries: best.boundaries)
        let wanted = items.count { wish.chances.copies(of: $0) < wish.copies }
        return Packed(
            payload: best.bytes,
            intervals: PackedIntervals(
                newest: newest, items: items, lacking: need.lacking, leftOut: need.lacking - wanted,
                isPresent: selection.isPresent, unknown: need.unknown))
    }

    private typealias Fitting = (selection: IntervalSelection, encoded: IntervalLayout.Encoded)

    /// What is worth most of that which has room, where all has none.
    private func fitting(
        _ need: IntervalNeed, _ layout: IntervalLayout, meter: Int, wish: IntervalWish, limit: Int
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

    /// What is stored of the layout's registers, back from the newest boundary of which anything is known.
    private func history(
        of layout: IntervalLayout, meter: Int, from newest: QuarterHour, quarters: Int
    ) throws(PackingError) -> IntervalHistory? {
        // What a frame can't name is of a wrong date, or of a damaged file.
        guard quarters >= 0, (0...QuarterHour.last.number).contains(newest.number) else { return nil }
        let range = QuarterHour(number: newest.number - Int64(quarters))...newest
        var entries: [[IntervalEntry]] = []
        for field in layout.fields {
            switch field.source {
            case .register(let code): entries.append(try source.intervals(meter: meter, code: code, in: range))
            case .netPower: entries.append([])
            }
        }
        guard let known = entries.joined().map(\.boundary).max() else { return nil }
        return IntervalHistory(newest: known, entries: entries)
    }
}
