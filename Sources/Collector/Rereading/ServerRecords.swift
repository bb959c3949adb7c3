package import Timekeeping

/// What a network server itself keeps of the uplinks that it had: The Things Stack's storage integration, ChirpStack's table
/// `event_up`.
package protocol ServerRecords {
    /// Reads what came from a time on, oldest first.
    /// - Parameters:
    ///   - start: nil for all that there is.
    ///   - take: is given some messages, and a time up to which all are read then; they are safe when it returns.
    func read(
        from start: UTCInstant?,
        take: (_ messages: [[UInt8]], _ upTo: UTCInstant?) throws(RecordsError) -> Void
    ) throws(RecordsError)
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
