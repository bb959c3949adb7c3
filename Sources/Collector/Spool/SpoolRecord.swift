import Glibc
import ServerEvents
import Timekeeping

/// A message as it stands in the spool: its length, a check of what follows, then server, time, topic and body.
enum SpoolRecord {
    private static let head = 8
    private static let fixed = 1 + 8 + 2
    /// No topic of MQTT is longer, and no message is taken that is.
    private static let longest = fixed + 65_535 + ServerEvent.longest

    static func bytes(of message: Spool.Message) -> [UInt8] {
        let topic = Array(message.topic.utf8.prefix(65_535))
        var content = [message.server ?? 0xFF]
        append(UInt64(bitPattern: message.at.nanoseconds), 8, to: &content)
        append(UInt64(topic.count), 2, to: &content)
        content += topic
        content += message.body.prefix(ServerEvent.longest + 1)
        var record: [UInt8] = []
        append(UInt64(content.count), 4, to: &record)
        append(UInt64(check(content)), 4, to: &record)
        return record + content
    }

    /// - Returns: nil where no whole record stands.
    static func read(from file: Int32, at place: Int, end: Int) -> (message: Spool.Message, length: Int)? {
        guard let head = bytes(Self.head, file, place) else { return nil }
        let count = Int(number(head[..<4]))
        guard count >= fixed, count <= longest + 1, place + Self.head + count <= end,
            let content = bytes(count, file, place + Self.head), UInt64(check(content)) == number(head[4...])
        else { return nil }
        let topic = Int(number(content[9..<11]))
        guard fixed + topic <= count else { return nil }
        let message = Spool.Message(
            server: content[0] == 0xFF ? nil : content[0],
            at: UTCInstant(nanoseconds: Int64(bitPattern: number(content[1..<9]))),
            topic: String(decoding: content[fixed..<fixed + topic], as: UTF8.self),
            body: Array(content[(fixed + topic)...]))
        return (message, Self.head + count)
    }

    private static func bytes(_ count: Int, _ file: Int32, _ place: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return pread(file, &bytes, count, place) == count ? bytes : nil
    }

    private static func append(_ number: UInt64, _ count: Int, to bytes: inout [UInt8]) {
        for place in (0..<count).reversed() { bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * place))) }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }

    /// FNV-1a.
    private static func check(_ bytes: [UInt8]) -> UInt32 {
        bytes.reduce(0x811C_9DC5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    }
}
