import MeterValues

/// Recognises a meter whose telegrams end without a `!` (a variant of the MT382 for DSMR 2.2).
///
/// Such a telegram cannot be told from one that lost its end. But who loses ends loses them at different places, so a
/// telegram of the same objects as the two before it, on a line that never carried a `!`, is whole.
struct UnmarkedTelegrams {
    private var codes: [OBISCode] = []
    private var alike = 0
    private var markSeen = false

    private static let wanted = 3

    /// A telegram with a `!` came.
    mutating func noteMark() {
        markSeen = true
        codes = []
    }

    /// Whether a text without a `!`, which ends before the next telegram or before a pause, is whole.
    mutating func accept(_ text: TelegramText, _ bytes: [UInt8]) -> Bool {
        guard !markSeen, let last = bytes.last, ASCII.isNewline(last) else { return false }
        let seen = text.records.map(\.code)
        // From DSMR 4.0 on the version is printed, and a checksum is mandatory.
        guard seen.count > 2, !seen.contains(.interfaceVersion), !seen.contains(.belgianVersion) else { return false }
        alike = seen == codes ? alike + 1 : 1
        codes = seen
        if alike > Self.wanted { alike = Self.wanted }
        return alike >= Self.wanted
    }
}
