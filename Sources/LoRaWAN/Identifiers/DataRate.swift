/// The index of a region's data rate, 0 to 15 (RP002); what it means is in ``Region/dataRates``.
public struct DataRate: Hashable, Comparable, Sendable {
    /// 0 to 15; the region says what it means.
    public let index: UInt8

    /// - Parameter index: its low 4 bits are taken.
    public init(_ index: UInt8) {
        self.index = index & 0x0F
    }

    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.index < rhs.index }
}

extension DataRate: CustomStringConvertible {
    /// "DR5"
    public var description: String { "DR\(index)" }
}
