/// Counts what belongs to no telegram, so that it is reported in one piece.
struct SkippedBytes {
    /// Fewer bytes than this between telegrams are what meters add behind the checksum: line ends, a NUL, some text.
    private static let tolerated = 64
    /// A line that carries nothing else is reported each time that so many have come.
    private static let most = 65_536
    /// What is recognised is told sooner, once.
    private static let mostBeforeNaming = 1_024

    private var start = 0
    private(set) var count = 0
    private var foreign: LineProtocol?
    /// What has been told of.
    private(set) var named: LineProtocol?

    mutating func add(_ more: Int, at offset: Int, foreign: LineProtocol?) {
        guard more > 0 else { return }
        if count == 0 { start = offset }
        count += more
        if self.foreign == nil { self.foreign = foreign }
    }

    /// So many bytes more make a report.
    var room: Int {
        guard let foreign, foreign != named else { return Self.most - count }
        return roomBeforeNaming
    }

    /// The same once another protocol is recognised.
    var roomBeforeNaming: Int { Self.mostBeforeNaming - count }

    var isOverflowing: Bool { room <= 0 }

    /// The report, when there is enough to report; the count begins anew.
    /// - Parameter everything: whether even a few bytes are worth a report.
    mutating func take(everything: Bool) -> ReaderProblem? {
        let found = self
        self = Self()
        named = found.named
        guard found.count >= Self.tolerated || (everything && found.count > 0) else { return nil }
        if let foreign = found.foreign { named = foreign }
        return ReaderProblem(
            reason: found.foreign.map { .otherProtocol($0) } ?? .noise, offset: found.start, length: found.count,
            telegram: nil)
    }
}
