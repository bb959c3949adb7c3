import MeterValues

extension IntervalLayout {
    /// A payload and what is in it.
    public struct Encoded: Hashable, Sendable {
        /// FRMPayload, at most as long as the limit.
        public let bytes: [UInt8]
        /// How many boundaries it carries, the newest and the oldest included: one more than quarter-hours.
        public let boundaries: Int
    }

    /// The report of as many boundaries as fit in `limit` bytes, at most ``mostSent``, from the newest on. For a reply to who asks for earlier
    /// ones, give a history whose newest boundary is an earlier one.
    ///
    /// - Parameters:
    ///   - history: what is known, with a series for each register of the layout.
    ///   - meter: 0 to 15.
    ///   - limit: bytes of FRMPayload. The payload is shorter where the history ends, or where the next boundary is long.
    /// - Returns: nil when not even the newest boundary fits, when no register of the layout is known in the history, or
    ///   when its newest boundary is not from 2020 to 2079.
    public func encode(_ history: IntervalHistory, meter: Int, limit: Int) -> Encoded? {
        encode(history, meter: meter, limit: limit, most: Self.mostSent)
    }

    /// - Parameter most: boundaries; decoders take up to ``mostBoundaries``.
    func encode(_ history: IntervalHistory, meter: Int, limit: Int, most: Int) -> Encoded? {
        guard (0...QuarterHour.last.number).contains(history.newest.number), limit > Self.codeStart else { return nil }
        let rows = rows(of: history, most: most)
        let longest = limit - Self.codeStart
        let filled = attempt(rows, length: longest)
        guard filled.boundaries > 0 else { return nil }
        var code = filled.code
        if code == nil || filled.boundaries == rows.count {
            // Shorter than the limit: the end is where the decoder has read the last byte, up to five bytes early.
            let rows = rows.prefix(filled.boundaries)
            for length in max(1, filled.bytesRead + 1 - RangeCode.bytes)...longest {
                let shorter = attempt(rows, length: length)
                guard shorter.boundaries == rows.count, shorter.code != nil else { continue }
                code = shorter.code
                break
            }
        }
        guard let code else { return nil }
        var header = BitWriter()
        header.write(UInt64(tag), width: 8)
        header.write(UInt64(truncatingIfNeeded: meter), width: 4)
        header.write(UInt64(history.newest.number), width: 21)
        var bytes = header.bytes
        bytes[Self.codeStart] |= code[0]
        return Encoded(bytes: bytes + code.dropFirst(), boundaries: filled.boundaries)
    }

    /// Bytes of a report of one boundary alone, with the greatest registers.
    var bytesOfNewest: Int {
        let entries = fields.map { field in
            [
                IntervalEntry(
                    boundary: .last, value: Int64(field.absent - 1) * (field.unitsPerStep ?? 0), series: 0)
            ]
        }
        return encode(IntervalHistory(newest: .last, entries: entries), meter: 15, limit: 255)?.bytes.count ?? 255
    }

    /// What each register showed at each boundary, as it is sent; up to the last of which anything is known. Series are
    /// numbered from 0: what goes up again on its way back in time is another one too.
    private func rows(of history: IntervalHistory, most: Int) -> [[IntervalPlace]] {
        let places = zip(fields, history.registers).map { field, entries in
            var last: (steps: UInt64, entry: IntervalEntry)?
            var series: UInt32 = 0
            return entries.prefix(most).map { entry -> IntervalPlace in
                guard let entry, let steps = field.steps(of: entry) else { return .unknown }
                if let last, last.entry.series != entry.series || last.steps < steps { series += 1 }
                last = (steps, entry)
                return .register(steps: steps, series: series)
            }
        }
        let longest = places.map { ($0.lastIndex { $0 != .unknown } ?? -1) + 1 }.max() ?? 0
        return (0..<min(longest, Int(history.newest.number) + 1)).map { index in
            fields.indices.map { series in
                series < places.count && index < places[series].count ? places[series][index] : .unknown
            }
        }
    }

    private struct Attempt {
        /// How many fit.
        var boundaries: Int
        /// Bytes that a decoder has read by then.
        var bytesRead: Int
        /// Nil when the decoder would not look for the end there yet.
        var code: [UInt8]?
    }

    private func attempt(_ rows: some Collection<[IntervalPlace]>, length: Int) -> Attempt {
        var encoder = RangeEncoder()
        var model = IntervalModel(fields)
        var (boundaries, last) = (0, encoder)
        for row in rows {
            if boundaries > 0 { encoder.continueCode(length: length) }
            for series in fields.indices { _ = model.code(row[series], series, with: &encoder) }
            guard encoder.fits(length: length) else { break }
            (boundaries, last) = (boundaries + 1, encoder)
        }
        return Attempt(boundaries: boundaries, bytesRead: last.bytesRead, code: last.end(length: length))
    }
}
