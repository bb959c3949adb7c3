/// Counts what belongs to no telegram, so that it is reported in one piece.
struct SkippedBytes {
    /// Fewer bytes than this between telegrams are what meters add behind the checksum: line ends, a NUL, some text.
    private static let tolerated = 64
    /// A line that carries nothing else is reported each time that so many have come.
    private static let most = 65_536

    private var start = 0
    private(set) var count = 0
    private var foreign: ForeignProtocol?

    mutating func add(_ more: Int, at offset: Int, foreign: ForeignProtocol?) {
        guard more > 0 else { return }
        if count == 0 { start = offset }
        count += more
        if self.foreign == nil { self.foreign = foreign }
    }

    /// So many bytes more make a report.
    var room: Int { Self.most - count }

    var isOverflowing: Bool { room <= 0 }

    /// The report, when there is enough to report; the count begins anew.
    /// - Parameter everything: whether even a few bytes are worth a report.
    mutating func take(everything: Bool) -> ReaderProblem? {
        defer { self = Self() }
        guard count >= Self.tolerated || (everything && count > 0) else { return nil }
        return ReaderProblem(
            reason: foreign.map { .otherProtocol($0) } ?? .noise, offset: start, length: count, telegram: nil)
    }
}
