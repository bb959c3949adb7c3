import MeterValues
import Timekeeping
import UplinkPayload

/// Quarter-hours back from the newest that is stored.
struct IntervalsContent: UplinkContent {
    let layout: IntervalLayout
    let kind = ReportKind.intervals

    /// History beyond what is wanted that may fill a frame.
    private static let fill = (atLeast: 24, spare: 96)

    func isPossible(meter: Int, of source: any UplinkSource, sent: QuarterHour?, at _: MonotonicInstant) -> Bool {
        guard let boundary = source.storedBoundary(meter: meter) else { return false }
        return boundary != sent
    }

    func pack(_ uplink: DueUplink, _ task: PackingTask) throws(PackingError) -> UplinkPacker.Packed? {
        guard let meter = uplink.meter, let newest = task.source.storedBoundary(meter: meter) else { return nil }
        if let wish = task.wish, wish.isOnce {
            return try packOnce(meter: meter, newest: newest, wish: wish, room: task.room, of: task.source)
        }
        return try pack(
            meter: meter, newest: newest,
            wish: task.wish ?? IntervalWish(chances: DeliveryChances(newest: newest), copies: 1), room: task.room,
            of: task.source)
    }

    func reason(_ decision: UplinkDecision) -> String {
        guard decision.leftOut > 0 else {
            return "all \(decision.lacking) quarter-hours that the server may lack at \(decision.lossPercent) % loss"
                + (decision.asks ? "; asks for an acknowledgement, to know the loss or to make room" : "")
        }
        return
            "the frame is full: \(decision.lacking - decision.leftOut) of \(decision.lacking) quarter-hours that the server "
            + "may lack" + (decision.asks ? "; an acknowledgement would make room" : "")
    }

    /// The shortest payload at the end of a step of air-time that holds what the server may lack, or the longest.
    private func pack(
        meter: Int, newest: QuarterHour, wish: IntervalWish, room: PayloadRoom,
        of source: any UplinkSource
    ) throws(PackingError) -> UplinkPacker.Packed? {
        let oldest = wish.chances.oldest(upTo: newest, sentLessThan: wish.copies)
        let quarters = min(
            max(oldest + Self.fill.atLeast, wish.spareSteps > 0 ? Self.fill.spare : 1),
            IntervalLayout.mostSent - 1)
        guard let all = try source.history(of: layout, meter: meter, from: newest, quarters: quarters) else {
            return nil
        }
        let asked = newest.number - Int64(quarters) + 1...newest.number
        let need = IntervalNeed(all, of: asked, wish: wish)
        let whole = need.whole
        guard let longest = room.steps.last,
            let longestOfWhole = layout.encode(whole.history, meter: meter, limit: longest)
        else { throw .doesNotFit(room.largest) }
        let isWhole = longestOfWhole.boundaries >= whole.wanted
        let fit = isWhole ? nil : fitting(need, meter: meter, wish: wish, limit: longest)
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
        return .init(
            payload: best.bytes,
            intervals: .init(
                newest: newest, items: items, lacking: need.lacking, leftOut: need.lacking - wanted,
                isPresent: selection.isPresent, unknown: need.unknown))
    }
}
