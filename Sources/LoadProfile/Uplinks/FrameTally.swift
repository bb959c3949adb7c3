/// Uplinks of a device, counted by their frame counters.
public struct FrameTally: Hashable, Sendable {
    /// That of the newest frame; nil before the first.
    public var newest: UInt32?
    /// Frames that were received, each once.
    public var heard: Int64
    /// Frames that the counters tell of and that did not come, or not yet.
    public var missed: Int64
    /// Uplinks that came again.
    public var repeated: Int64

    /// A counter that goes back by more begins anew: a join, and not a frame that was late.
    public static let lateness: UInt32 = 16
    /// One that goes forward by more does not tell of as many lost frames: the server skipped, or was away.
    public static let longestGap: UInt32 = 10_000

    /// Counts that were stored, or none.
    public init(newest: UInt32? = nil, heard: Int64 = 0, missed: Int64 = 0, repeated: Int64 = 0) {
        self.newest = newest
        self.heard = heard
        self.missed = missed
        self.repeated = repeated
    }

    /// Counts a frame that had not come before; `isLate` for one that was sent before another that came already: what a broker
    /// kept for one of two workers, or a server's records.
    public mutating func take(_ counter: UInt32, isLate: Bool = false) {
        heard += 1
        guard let newest else { return self.newest = counter }
        if isLate {
            missed = max(0, missed - 1)
        } else if counter > newest {
            if counter - newest <= Self.longestGap { missed += Int64(counter - newest - 1) }
            self.newest = counter
        } else if newest - counter > Self.lateness {
            self.newest = counter
        } else if missed > 0 {
            missed -= 1
        }
    }

    /// The part of all frames that was lost, from 0 to 1; nil before the first.
    public var loss: Double? { heard + missed > 0 ? Double(missed) / Double(heard + missed) : nil }
}
