public import SmartMeter
import Timekeeping
import UplinkPayload

/// Packs what is due, from the board and the store.
public struct UplinkPacker {
    /// A payload, and what is left to be sent of the same.
    public struct Packed: Sendable {
        public var payload: [UInt8]
        public var rest: DueUplink?
        /// Of an intervals report, its newest boundary.
        public var newest: QuarterHour?
    }

    private let meters: [String]
    private let board: ReadingBoard
    private let store: StateStore
    private let health: HealthBoard

    /// How often each quarter-hour is sent, at least: at 30 % loss six frames leave one in 1400 unknown.
    static let copies: Int64 = 6

    public init(meters: [String], board: ReadingBoard, store: StateStore, health: HealthBoard) {
        self.meters = meters
        self.board = board
        self.store = store
        self.health = health
    }

    /// Whether there is something to say.
    /// - Parameter sent: the newest boundary that this report has sent before.
    func isPossible(_ uplink: DueUplink, sent: QuarterHour?, at now: MonotonicInstant) -> Bool {
        guard let meter = uplink.meter else { return true }
        switch uplink.content {
        case .readings: return board.reading(meter: meter, at: now) != nil
        case .intervals:
            guard let boundary = board.storedBoundary(meter: meter) else { return false }
            return boundary != sent
        default: return true
        }
    }

    /// - Parameters:
    ///   - every: the period of the report.
    ///   - room: what the payload may be used for.
    /// - Returns: nil when there is nothing to say any more.
    func pack(
        _ uplink: DueUplink, every: TimeSpan, room: PayloadRoom, at now: MonotonicInstant
    ) throws(StoreError) -> Packed? {
        switch uplink.content {
        case .readings(let layout):
            guard let meter = uplink.meter, let reading = board.reading(meter: meter, at: now) else { return nil }
            return Packed(payload: layout.encode(reading, meter: meter))
        case .intervals(let layout):
            guard let meter = uplink.meter, let newest = board.storedBoundary(meter: meter) else { return nil }
            let quarters = max(1, every.nanoseconds / QuarterHour.length.nanoseconds) * Self.copies
            var packed = try pack(layout, meter: meter, newest: newest, quarters: Int(clamping: quarters), room: room)
            packed?.newest = newest
            return packed
        case .backfill(let layout, var from, let to):
            guard let meter = uplink.meter else { return nil }
            // Where nothing is stored nothing is sent.
            while from > to {
                let quarters = min(Int(clamping: from.number - to.number), max(1, room.mostQuarters))
                guard let history = try history(of: layout, meter: meter, from: from, quarters: quarters),
                    let encoded = layout.encode(history, meter: meter, limit: room.largest)
                else {
                    from = QuarterHour(number: from.number - Int64(quarters))
                    continue
                }
                let next = QuarterHour(number: history.newest.number - Int64(max(1, encoded.boundaries - 1)))
                let rest = DueUplink(.backfill(layout, from: next, to: to), meter: meter, report: uplink.report)
                return Packed(payload: encoded.bytes, rest: next > to ? rest : nil)
            }
            return nil
        case .health: return Packed(payload: StatusPage.health(health.health(at: now)).encode())
        case .page(let page): return Packed(payload: page.encode())
        case .alarm(let alarm): return Packed(payload: alarm.encode())
        case .reply(let frame): return Packed(payload: frame)
        }
    }

    /// The shortest payload at the end of a step of air-time that holds so many quarter-hours, or the longest.
    private func pack(
        _ layout: IntervalLayout, meter: Int, newest: QuarterHour, quarters: Int, room: PayloadRoom
    ) throws(StoreError) -> Packed? {
        guard let history = try history(of: layout, meter: meter, from: newest, quarters: room.mostQuarters) else {
            return nil
        }
        guard let longest = room.steps.last,
            var best = layout.encode(history, meter: meter, limit: longest)
        else { return nil }
        // More bytes never hold fewer boundaries.
        var (first, last) = (0, room.steps.count - 1)
        while first < last, best.boundaries > quarters {
            let middle = (first + last) / 2
            if let shorter = layout.encode(history, meter: meter, limit: room.steps[middle]),
                shorter.boundaries > quarters
            {
                (best, last) = (shorter, middle)
            } else {
                first = middle + 1
            }
        }
        return Packed(payload: best.bytes)
    }

    /// What is stored of the layout's registers, back from the newest boundary of which anything is known.
    private func history(
        of layout: IntervalLayout, meter: Int, from newest: QuarterHour, quarters: Int
    ) throws(StoreError) -> IntervalHistory? {
        // What a frame can't name is of a wrong date, or of a damaged file.
        guard meters.indices.contains(meter), quarters >= 0, (0..<1 << 21).contains(newest.number) else { return nil }
        let range = QuarterHour(number: newest.number - Int64(quarters))...newest
        var entries: [[IntervalEntry]] = []
        for field in layout.fields {
            switch field.source {
            case .register(let code):
                entries.append(try store.intervals(ofMeter: meters[meter], code: code, in: range))
            case .netPower: entries.append([])
            }
        }
        guard let known = entries.joined().map(\.boundary).max() else { return nil }
        return IntervalHistory(newest: known, entries: entries)
    }
}
