/// The number of a frame in one direction of a session: 32 bits, of which the low 16 go on air (TS001 4.3.1.5).
public struct FrameCounter: Hashable, Comparable, Sendable {
    /// 32 bits, of which the air carries the lower 16.
    public let rawValue: UInt32

    /// A counter by its number.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// What stands in the frame.
    public var wire: UInt16 { UInt16(truncatingIfNeeded: rawValue) }

    /// The following counter; nil when all are used and only a new session helps.
    public var next: FrameCounter? {
        rawValue == .max ? nil : FrameCounter(rawValue: rawValue + 1)
    }

    /// The first counter from `self` on that ends in `wire`; nil beyond 32 bits.
    ///
    /// The network may lose any number of downlinks, so nothing is guessed: a frame that is older than it looks fails
    /// its MIC, which covers all 32 bits.
    package func first(endingIn wire: UInt16) -> FrameCounter? {
        let (value, overflow) = rawValue.addingReportingOverflow(UInt32(wire &- self.wire))
        return overflow ? nil : FrameCounter(rawValue: value)
    }

    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
}

extension FrameCounter: CustomStringConvertible {
    public var description: String { String(rawValue) }
}
