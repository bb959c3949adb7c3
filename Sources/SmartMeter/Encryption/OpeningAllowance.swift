/// How many bytes may be opened for those that have come, so that work grows with the number of bytes: the beginning of a
/// genuine frame with another length, repeated, would have a long frame opened for each few bytes of it.
///
/// A meter's frames never use it up. What lies beyond it is looked through first (``FrameDecryptor/glance(into:in:)``), and
/// what may be text is opened all the same.
struct OpeningAllowance {
    private static let most = 4 * EncryptedFrame.longest

    private var left = most
    /// The bytes of the stream before this place are counted.
    private var place = 0

    /// Whether a frame of so many bytes that ends at a place of the stream may be opened without a look.
    mutating func covers(_ count: Int, endingAt place: Int) -> Bool {
        left = min(Self.most, left + max(0, place - self.place))
        self.place = max(self.place, place)
        return count <= left
    }

    mutating func spend(_ count: Int) { left = max(0, left - count) }
}
