/// Remembers the newest frame counter of a meter, so that a recorded frame is not taken for a new one.
///
/// The counter goes up with each frame and back to zero only when the key is changed (Luxmetering 3.2.5). Keep this
/// value in the store; a copy that is some minutes old costs no good frame, for counters only go up.
public struct ReplayGuard: Hashable, Sendable, Codable {
    /// What a frame that opened is worth.
    public enum Verdict: Hashable, Sendable {
        /// Its counter is above all before it.
        case fresh
        /// Its counter is the newest one that was seen, or less.
        case replayed(newest: UInt32)
        /// Its counter is one of those that were set aside before an end without notice: nobody knows whether it was seen.
        case unsure(until: UInt32)
        /// The counter has begun anew, though the key is the same.
        case restarted(newest: UInt32)
        /// It opened with the known key, but names another sender than the frames before.
        case otherMeter(expected: SystemTitle)
    }

    private var title: [UInt8] = []
    private var key: UInt64 = 0
    /// The newest counter that was seen; nil before the first frame.
    public private(set) var newestCounter: UInt32?
    /// So many counters up to ``newestCounter`` are set aside, and may not have been seen.
    private var unseen: UInt32?

    /// A counter below this that follows one beyond twice this is taken for a new beginning.
    private static let low: UInt32 = 10_000

    /// No frame was seen yet.
    public init() {}

    /// The sender of the frames that were seen; nil before the first one.
    public var systemTitle: SystemTitle? { newestCounter == nil ? nil : SystemTitle(title) }

    /// Judges a frame that opened, and takes note of it when it is fresh. A frame that opens with another key than
    /// those before begins anew, whatever its counter and sender: who changes the key knows the new one.
    /// - Parameters:
    ///   - frame: sender and counter of the frame.
    ///   - key: tells keys apart without showing them.
    public mutating func admit(_ frame: TelegramEncryption, key: UInt64) -> Verdict {
        if let newest = newestCounter, key == self.key {
            guard frame.systemTitle.bytes == title else { return .otherMeter(expected: SystemTitle(title)) }
            guard frame.frameCounter > newest else {
                let isNewBeginning = frame.frameCounter < Self.low && newest / 2 >= Self.low
                if isNewBeginning { return .restarted(newest: newest) }
                let isSetAside = frame.frameCounter > newest - min(newest, unseen ?? 0)
                return isSetAside ? .unsure(until: newest) : .replayed(newest: newest)
            }
        }
        title = frame.systemTitle.bytes
        self.key = key
        newestCounter = frame.frameCounter
        unseen = nil
        return .fresh
    }

    /// To be stored before the frames are used: a start that finds it takes no frame that was seen, nor the `count` that
    /// follow.
    public func settingAside(_ count: UInt32) -> ReplayGuard {
        guard let newestCounter else { return self }
        var ahead = self
        let unseen = min(count, UInt32.max - newestCounter)
        (ahead.newestCounter, ahead.unseen) = (newestCounter + unseen, unseen)
        return ahead
    }

    /// Whether it refuses all that `other` has seen.
    public func covers(_ other: ReplayGuard) -> Bool {
        title == other.title && key == other.key && (newestCounter ?? 0) >= (other.newestCounter ?? 0)
    }

    /// The sender that frames under this key must have; nil when none is known.
    func expectedTitle(key: UInt64) -> SystemTitle? { key == self.key ? systemTitle : nil }
}
