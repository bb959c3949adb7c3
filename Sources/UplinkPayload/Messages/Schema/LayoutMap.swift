import MeterValues

/// Which bits of a payload mean what.
public struct LayoutMap: Hashable, Sendable {
    /// A row of bits with one meaning.
    public struct Part: Hashable, Sendable {
        /// The field, or what the bits are.
        public let name: String
        /// Bits.
        public let width: Int
        /// The range and step, or what the part is for.
        public let meaning: String
    }

    /// Of which report it is.
    public let kind: ReportKind
    /// The first byte.
    public let tag: UInt8
    /// One behind the other, from the first bit.
    public let parts: [Part]
    /// Bytes; nil where the length differs from frame to frame.
    public let byteCount: Int?

    fileprivate static func header(_ tag: UInt8) -> [Part] {
        [
            Part(name: "tag", width: 8, meaning: "\(tag): tells this layout from others"),
            Part(name: "meter", width: 4, meaning: "position in the configuration, from 0"),
        ]
    }

    /// A table for people, one line for each part.
    public var text: String {
        var lines: [String] = []
        var position = 0
        for part in parts {
            let bits = part.width == 0 ? "\(position) …" : "\(position)-\(position + part.width - 1)"
            let width = part.width == 0 ? "rest" : "\(part.width)"
            lines.append("  \(pad(bits, 9))\(pad(width, 6))\(pad(part.name, nameWidth))\(part.meaning)")
            position += part.width
        }
        let length = byteCount.map { "\($0) bytes" } ?? "as many bytes as fit"
        return
            "port \(kind.port), tag \(tag), \(length)\n  \(pad("bits", 9))\(pad("width", 6))\(pad("name", nameWidth))meaning\n"
            + lines.joined(separator: "\n") + "\n"
    }

    private var nameWidth: Int { (parts.map(\.name.count).max() ?? 0) + 2 }

    private func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}

extension Field {
    fileprivate var mapPart: LayoutMap.Part {
        let least = FixedPoint(coefficient: minimum, decimals: resolution.decimals)
        let step = FixedPoint(coefficient: resolution.step, decimals: resolution.decimals)
        let unit = unit.symbol.isEmpty ? "" : " \(unit.symbol)"
        return LayoutMap.Part(
            name: name, width: width, meaning: "\(source): \(least) to \(greatest)\(unit) in steps of \(step)")
    }
}

extension ReadingsLayout {
    /// Which bits mean what.
    public var map: LayoutMap {
        var parts = LayoutMap.header(tag) + fields.map(\.mapPart)
        let rest = byteCount * 8 - bitCount
        if rest > 0 { parts.append(LayoutMap.Part(name: "padding", width: rest, meaning: "zeros")) }
        return LayoutMap(kind: .readings, tag: tag, parts: parts, byteCount: byteCount)
    }
}

extension IntervalLayout {
    /// Which bits mean what.
    public var map: LayoutMap {
        let time = LayoutMap.Part(
            name: "time", width: 21, meaning: "newest quarter-hour, counted from 2020-01-01T00:00Z")
        let series = LayoutMap.Part(
            name: "series", width: 0, meaning: fields.map { $0.mapPart.meaning }.joined(separator: "; "))
        return LayoutMap(kind: .intervals, tag: tag, parts: LayoutMap.header(tag) + [time, series], byteCount: nil)
    }
}
