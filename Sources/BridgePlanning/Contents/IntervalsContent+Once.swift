import MeterValues
import UplinkPayload

/// What goes into a frame where each quarter-hour is sent once.
extension IntervalsContent {
    /// The oldest that were never sent, as many in a row as have room: what is left is the next frame's, without holes.
    func packOnce(
        meter: Int, newest: QuarterHour, wish: IntervalWish, room: PayloadRoom, of source: any UplinkSource
    ) throws(PackingError) -> UplinkPacker.Packed? {
        let before = min(wish.chances.oldest(upTo: newest, sentLessThan: wish.copies), IntervalLayout.mostSent - 2)
        guard let all = try source.history(of: layout, meter: meter, from: newest, quarters: before + 1),
            let longest = room.steps.last
        else { return nil }
        let first = newest.number - Int64(before)
        func run(upTo end: Int64, limit: Int) -> (history: IntervalHistory, encoded: IntervalLayout.Encoded)? {
            let history = all.upTo(QuarterHour(number: end))
            guard let encoded = layout.encode(history, meter: meter, limit: limit),
                encoded.boundaries >= min(Int(end - first) + 2, history.registers.map(\.count).max() ?? 0)
            else { return nil }
            return (history, encoded)
        }
        // More quarter-hours never take fewer bytes.
        guard var best = run(upTo: first, limit: longest) else { throw .doesNotFit(room.largest) }
        var (fits, tooMuch) = (first, newest.number + 1)
        while tooMuch - fits > 1 {
            let middle = (fits + tooMuch) / 2
            if let longer = run(upTo: middle, limit: longest) {
                (best, fits) = (longer, middle)
            } else {
                tooMuch = middle
            }
        }
        for step in room.steps {
            guard let shorter = run(upTo: fits, limit: step) else { continue }
            best = shorter
            break
        }
        let need = IntervalNeed(best.history, of: first...fits, wish: wish)
        let items = need.items.prefix(max(0, best.encoded.boundaries - 1)).compactMap { $0 }
        let leftOut = Int(newest.number - fits)
        return .init(
            payload: best.encoded.bytes,
            intervals: .init(
                newest: newest, items: items, lacking: need.lacking + leftOut, leftOut: leftOut,
                isPresent: leftOut == 0, unknown: need.unknown))
    }
}

extension IntervalHistory {
    /// Without what is newer than a boundary.
    fileprivate func upTo(_ boundary: QuarterHour) -> IntervalHistory {
        IntervalHistory(newest: boundary, entries: registers.map { $0.compactMap { $0 } })
    }
}
