import FoundationEssentials
import HardwareInterfaces
package import LinuxHardware
import ServerEvents
package import Timekeeping

/// The Things Stack's storage integration: lines of JSON over HTTP, oldest first.
package struct TheThingsStackRecords: ServerRecords {
    private let client: WebClient
    /// Without the tenant.
    private let application: String
    private let key: String

    /// Messages of one request.
    private static let portion = 1_000
    /// Two of one instant may lie in two portions.
    private static let overlap = TimeSpan.seconds(1)

    /// - Parameter key: an API key with the right to read the application's uplinks.
    package init(_ client: WebClient, application: String, key: String) {
        self.client = client
        self.application = application
        self.key = key
    }

    package func read(
        from place: RecordsMark,
        take: (_ messages: [[UInt8]], _ upTo: UTCInstant?) throws(RecordsError) -> Void
    ) throws(RecordsError) -> Int64? {
        var start = place.time
        while true {
            let (messages, last) = try portion(from: start)
            try take(messages, last)
            guard messages.count >= Self.portion, let last else { return nil }
            let next = last - Self.overlap
            // A whole portion within that second: on without it.
            start = start.map { next <= $0 } == true ? last : next
        }
    }

    private func portion(
        from start: UTCInstant?
    ) throws(RecordsError) -> (messages: [[UInt8]], last: UTCInstant?) {
        var query = "?limit=\(Self.portion)&order=received_at"
        if let start { query += "&after=\(start.withNanoseconds)" }
        var lines = LineBuffer(longest: ServerEvent.longest)
        var messages: [[UInt8]] = []
        func gather(_ line: LineReader.Line?) throws(HardwareError) {
            // One that is too long is no uplink of a bridge.
            guard case .text(let bytes)? = line?.message else { return }
            if bytes.starts(with: Self.failure) {
                let text = String(decoding: bytes.prefix(300), as: UTF8.self)
                throw HardwareError(.failed(errno: 0), device: "the storage", message: text)
            }
            messages.append(bytes)
        }
        let answer: WebClient.Answer
        do throws(HardwareError) {
            answer = try client.ask(
                "GET", "/api/v3/as/applications/\(application)/packages/storage/uplink_message" + query,
                headers: [("Authorization", "Bearer \(key)"), ("Accept", "text/event-stream")]
            ) { piece throws(HardwareError) in
                lines.append(piece)
                while let line = lines.next() { try gather(line) }
            }
            try gather(lines.last())
        } catch {
            throw RecordsError("\(error)")
        }
        guard answer.status == 200 else { throw Self.refusal(answer) }
        return (messages, messages.last.flatMap(Self.time))
    }

    private static let failure = Array("{\"error\"".utf8)

    private static func refusal(_ answer: WebClient.Answer) -> RecordsError {
        let wait = answer.headers["retry-after"] ?? answer.headers["x-ratelimit-retry"]
        let advice =
            switch answer.status {
            case 401, 403: ": the API key needs the right to read the application's uplinks"
            case 404: ": is the name of the application right, and its storage integration on?"
            case 429: ": asked too often"
            default: ": \(answer.refusal.prefix(200))"
            }
        return RecordsError(
            "the storage answers \(answer.status)\(advice)",
            retryAfter: wait.flatMap { Int64($0) }.map { .seconds(min(max($0, 1), 3_600)) })
    }

    private struct Line: Decodable {
        struct Uplink: Decodable {
            var receivedAt: String?

            enum CodingKeys: String, CodingKey { case receivedAt = "received_at" }
        }
        struct Message: Decodable {
            var receivedAt: String?
            var uplink: Uplink?

            enum CodingKeys: String, CodingKey {
                case receivedAt = "received_at"
                case uplink = "uplink_message"
            }
        }
        var result: Message
    }

    private static func time(of line: [UInt8]) -> UTCInstant? {
        guard let message = try? JSONDecoder().decode(Line.self, from: Data(line)).result else { return nil }
        return [message.receivedAt, message.uplink?.receivedAt].compactMap { $0 }
            .compactMap { UTCInstant(rfc3339: $0) }.min()
    }
}

extension UTCInstant {
    /// RFC 3339 to the nanosecond.
    fileprivate var withNanoseconds: String {
        let rest = nanoseconds - secondsSince1970 * 1_000_000_000
        let digits = "\(rest)"
        return "\(self)".dropLast() + "." + String(repeating: "0", count: 9 - digits.count) + digits + "Z"
    }
}
