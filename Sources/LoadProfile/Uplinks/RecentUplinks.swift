/// The last uplinks of a device, by which one that comes again is known: a server that delivers twice, two servers or two
/// collectors that take the same, a recording that is read after the fact.
///
/// What is told twice changes no profile; this is for the counts.
public struct RecentUplinks: Hashable, Sendable {
    /// As many as are remembered.
    public static let most = 32
    private var marks: [UInt64]

    /// Of a device that was never heard.
    public init() { marks = [] }

    /// - Parameter bytes: as ``stored`` makes it; of other bytes nothing is remembered.
    public init(stored bytes: [UInt8]) {
        let isWhole = bytes.count % 8 == 0 && bytes.count <= Self.most * 8
        marks = stride(from: 0, to: isWhole ? bytes.count : 0, by: 8).map { start in
            bytes[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) }
        }
    }

    /// As it is stored: eight bytes an uplink.
    public var stored: [UInt8] {
        marks.flatMap { mark in (0..<8).map { UInt8(truncatingIfNeeded: mark >> UInt64(56 - 8 * $0)) } }
    }

    /// - Parameter identity: the same for the same uplink.
    /// - Returns: false when it is among them already.
    public mutating func insert(_ identity: String) -> Bool {
        let mark = Self.mark(of: identity)
        guard !marks.contains(mark) else { return false }
        marks.append(mark)
        if marks.count > Self.most { marks.removeFirst() }
        return true
    }

    /// FNV-1a, the same in each process.
    private static func mark(of text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
