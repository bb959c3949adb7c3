package import Timekeeping

/// What a network server itself keeps of the uplinks that it had: The Things Stack's storage integration, ChirpStack's table
/// `event_up`.
package protocol ServerRecords {
    /// Reads what came since, oldest first.
    /// - Parameter take: is given some messages, and a time up to which all are read then; they are safe when it returns.
    /// - Returns: a mark for the next time; nil where records come in the order of their times.
    func read(
        from place: RecordsMark,
        take: (_ messages: [[UInt8]], _ upTo: UTCInstant?) throws(RecordsError) -> Void
    ) throws(RecordsError) -> Int64?
}

/// Up to where records were read.
package struct RecordsMark: Hashable, Sendable {
    /// The time up to which all were read that were there; nil where none were.
    package var time: UTCInstant?
    /// How the server itself numbers what is stored, where a record may be stored long after its time.
    package var number: Int64?

    package init(time: UTCInstant? = nil, number: Int64? = nil) {
        self.time = time
        self.number = number
    }
}

extension RecordsMark {
    /// As it is remembered: seconds, and the number where there is one.
    var text: String {
        guard let time else { return "" }
        return "\(time.secondsSince1970)" + (number.map { " \($0)" } ?? "")
    }

    /// What can't be read means all: nothing is stored twice.
    init(text: String) {
        let parts = text.split(separator: " ").map { Int64($0) }
        time = parts.first.flatMap { $0 }.map { UTCInstant(secondsSince1970: $0) }
        number = time == nil || parts.count < 2 ? nil : parts[1]
    }
}

/// Why records can't be read, and what to do.
package struct RecordsError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
    /// After which the server wants to be asked again.
    package let retryAfter: TimeSpan?

    package init(_ description: String, retryAfter: TimeSpan? = nil) {
        self.description = description
        self.retryAfter = retryAfter
    }
}
