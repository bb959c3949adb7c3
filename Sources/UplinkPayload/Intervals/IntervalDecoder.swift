import SmartMeter

extension IntervalLayout {
    /// Decodes a payload of this layout by itself.
    ///
    /// The work is bounded: at most ``mostBoundaries`` boundaries, whatever the bytes are.
    /// - Parameter meters: the meters' names, by their number in the frame.
    public func decode(_ bytes: [UInt8], meters: [String]) throws(DecodeError) -> IntervalReport {
        guard let first = bytes.first else { throw .empty }
        guard first == tag else { throw .wrongTag(first, expected: [tag]) }
        var header = BitReader(bytes)
        guard header.read(width: 8) != nil, let meter = header.read(width: 4), let newest = header.read(width: 21)
        else {
            throw .damagedSeries
        }
        guard meter < meters.count else { throw .unknownMeter(Int(meter), count: meters.count) }
        var decoder = RangeDecoder(bytes, from: Self.codeStart)
        var model = IntervalModel(fields)
        var registers = [[IntervalEntry?]](repeating: [], count: fields.count)
        var boundary = Int64(newest)
        repeat {
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
        } while !decoder.ends()
        let history = IntervalHistory(newest: QuarterHour(number: Int64(newest)), registers: registers)
        return IntervalReport(meter: meters[Int(meter)], fields: fields, history: history)
    }
}
