/// Files of SML as a German meter pushes them (SML 1.04). Written from the standard alone, so that it proves the reader.
package enum SMLWriter {
    package struct Entry: Hashable, Sendable {
        package let code: [UInt8]
        package let value: Int64
        package let scaler: Int8
        package let unit: UInt8

        package init(code: [UInt8], value: Int64, scaler: Int8, unit: UInt8) {
            (self.code, self.value, self.scaler, self.unit) = (code, value, scaler, unit)
        }
    }

    /// - Parameter timeHasChoice: false for Holley, whose time lacks the choice between counter and stamp.
    package static func file(_ entries: [Entry], server: [UInt8], timeHasChoice: Bool = true) -> [UInt8] {
        let time: [UInt8] =
            timeHasChoice ? [0x72, 0x62, 0x01, 0x65, 0x00, 0x11, 0x22, 0x33] : [0x65, 0x00, 0x11, 0x22, 0x33]
        let open: [UInt8] = [0x76, 0x01, 0x01] + octets([0x11, 0x22]) + octets(server) + [0x01, 0x01]
        let values = entries.flatMap { entry -> [UInt8] in
            let scale: [UInt8] = [0x01, 0x01, 0x62, entry.unit, 0x52, UInt8(bitPattern: entry.scaler)]
            return [0x77] + octets(entry.code) + scale + integer(entry.value) + [0x01]
        }
        let name = octets([0x01, 0x00, 0x62, 0x0A, 0xFF, 0xFF])
        let head: [UInt8] = [0x77, 0x01] + octets(server) + name + time
        let list: [UInt8] = head + listLength(entries.count) + values + [0x01, 0x01]
        let content = message(0x0101, open) + message(0x0701, list) + message(0x0201, [0x71, 0x01])
        return framed(content)
    }

    /// Any bytes as the content of a file.
    package static func framed(_ content: [UInt8]) -> [UInt8] {
        let padding = (4 - content.count % 4) % 4
        let escaped = escape(content + [UInt8](repeating: 0, count: padding))
        let head: [UInt8] = mark + [1, 1, 1, 1]
        let all: [UInt8] = head + escaped + mark + [0x1A, UInt8(padding)]
        return all + PushLine.check(all)
    }

    private static let mark: [UInt8] = [0x1B, 0x1B, 0x1B, 0x1B]

    private static func message(_ tag: UInt16, _ body: [UInt8]) -> [UInt8] {
        let kind: [UInt8] = [0x62, 0x00, 0x62, 0x00, 0x72, 0x63, UInt8(tag >> 8), UInt8(tag & 0xFF)]
        let start: [UInt8] = [0x76] + octets([0x01, 0x02]) + kind + body
        return start + [0x63] + PushLine.check(start) + [0x00]
    }

    /// Four escapes are doubled.
    private static func escape(_ bytes: [UInt8]) -> [UInt8] {
        var escaped: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index...].starts(with: mark) {
                escaped += mark + mark
                index += 4
            } else {
                escaped.append(bytes[index])
                index += 1
            }
        }
        return escaped
    }

    private static func octets(_ bytes: [UInt8]) -> [UInt8] {
        let count = bytes.count + 1
        let length: [UInt8] = count < 16 ? [UInt8(count)] : [0x80 | UInt8((count + 1) >> 4), UInt8((count + 1) & 0x0F)]
        return length + bytes
    }

    private static func listLength(_ count: Int) -> [UInt8] {
        count < 16 ? [0x70 | UInt8(count)] : [0xF0 | UInt8(count >> 4), UInt8(count & 0x0F)]
    }

    /// As few bytes as hold it.
    private static func integer(_ value: Int64) -> [UInt8] {
        let all = (0..<8).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
        var kept = all[...]
        while kept.count > 1, let first = kept.first, first == (value < 0 ? 0xFF : 0),
            (kept[kept.startIndex + 1] & 0x80 != 0) == (value < 0)
        { kept = kept.dropFirst() }
        return [0x50 | UInt8(kept.count + 1)] + kept
    }
}
