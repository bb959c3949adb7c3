import MeterValues
import UplinkPayload

extension UplinkSource {
    /// What is stored of the layout's registers, back from the newest boundary of which anything is known.
    func history(
        of layout: IntervalLayout, meter: Int, from newest: QuarterHour, quarters: Int
    ) throws(PackingError) -> IntervalHistory? {
        // What a frame can't name is of a wrong date, or of a damaged file.
        guard quarters >= 0, (0...QuarterHour.last.number).contains(newest.number) else { return nil }
        let range = QuarterHour(number: newest.number - Int64(quarters))...newest
        var entries: [[IntervalEntry]] = []
        for field in layout.fields {
            switch field.source {
            case .register(let code): entries.append(try intervals(meter: meter, code: code, in: range))
            case .netPower: entries.append([])
            }
        }
        guard let known = entries.joined().map(\.boundary).max() else { return nil }
        return IntervalHistory(newest: known, entries: entries)
    }
}
