/// Remembers the newest frame counter of a meter, so that a recorded frame is not taken for a new one.
///
/// The counter goes up with each frame and back to zero only when the key is changed (Luxmetering 3.2.5). Keep this
/// value in the store; a copy that is some minutes old costs no good frame, for counters only go up.
public struct ReplayGuard: Hashable, Sendable, Codable {
    /// What a frame that opened is worth.
    public enum Verdict: Hashable, Sendable {
        case fresh
        /// Its counter is the newest one that was seen, or less.
        case replayed(newest: UInt32)
        /// The counter has begun anew, though the key is the same.
        case restarted(newest: UInt32)
        /// It opened with the known key, but names another sender than the frames before.
        case otherMeter(expected: SystemTitle)
    }

    private var title: [UInt8] = []
    private var key: UInt64 = 0
    /// The newest counter that was seen; nil before the first frame.
    public private(set) var newestCounter: UInt32?

    /// A counter below this that follows one beyond twice this is taken for a new beginning.
    private static let low: UInt32 = 10_000

    public init() {}

    /// The sender of the frames that were seen; nil before the first one.
    public var systemTitle: SystemTitle? { newestCounter == nil ? nil : SystemTitle(title) }

    /// Judges a frame that opened, and takes note of it when it is fresh. A frame that opens with another key than
    /// those before begins anew, whatever its counter and sender: who changes the key knows the new one.
    /// - Parameter key: tells keys apart without showing them.
    public mutating func admit(_ frame: TelegramEncryption, key: UInt64) -> Verdict {
        if let newest = newestCounter, key == self.key {
            guard frame.systemTitle.bytes == title else { return .otherMeter(expected: SystemTitle(title)) }
            guard frame.frameCounter > newest else {
                let isNewBeginning = frame.frameCounter < Self.low && newest / 2 >= Self.low
                return isNewBeginning ? .restarted(newest: newest) : .replayed(newest: newest)
            }
        }
        title = frame.systemTitle.bytes
        self.key = key
        newestCounter = frame.frameCounter
        return .fresh
    }

    /// The sender that frames under this key must have; nil when none is known.
    func expectedTitle(key: UInt64) -> SystemTitle? { key == self.key ? systemTitle : nil }
}
