import MeterValues

extension IntervalLayout {
    /// Decodes a payload of this layout by itself.
    ///
    /// The work is bounded: at most ``mostBoundaries`` boundaries, whatever the bytes are.
    /// - Parameters:
    ///   - bytes: FRMPayload.
    ///   - meters: the meters' names, by their number in the frame.
    public func decode(_ bytes: [UInt8], meters: [String]) throws(DecodeError) -> IntervalReport {
        guard let first = bytes.first else { throw .empty }
        guard first == tag else { throw .wrongTag(first, expected: [tag]) }
        // The header and a bit of the code.
        guard bytes.count > Self.codeStart else { throw .damagedSeries }
        var header = try PayloadReader(bytes)
        _ = try header.number(8)
        let meter = try header.meter(of: meters)
        let newest = Int64(try header.number(21))
        var decoder = RangeDecoder(bytes, from: Self.codeStart)
        var model = IntervalModel(fields)
        var registers = [[IntervalEntry?]](repeating: [], count: fields.count)
        var boundary = newest
        while true {
            guard boundary >= 0, registers[0].count < Self.mostBoundaries else { throw .damagedSeries }
            for (index, field) in fields.enumerated() {
                switch model.code(.unknown, index, with: &decoder) {
                case nil: throw .damagedSeries
                case .unknown: registers[index].append(nil)
                case .register(let steps, let series):
                    let value = Int64(steps) * (field.unitsPerStep ?? 1)
                    registers[index].append(
                        IntervalEntry(boundary: QuarterHour(number: boundary), value: value, series: series))
                }
            }
            boundary -= 1
            guard let ends = decoder.ends() else { throw .damagedSeries }
            if ends { break }
        }
        let history = IntervalHistory(newest: QuarterHour(number: newest), registers: registers)
        return IntervalReport(meter: meter, fields: fields, history: history)
    }
}
