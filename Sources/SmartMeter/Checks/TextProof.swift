/// Judges texts whose CRC is not the one that the standards say.
///
/// One good telegram settles which kind this line's is: from then on no other is tried, so that a damaged telegram has one
/// chance in 65 536 to be taken for whole, as ever.
struct TextProof {
    enum Verdict {
        /// It is whole.
        case good(TelegramChecksum, [TelegramNote])
        case bad(ReaderProblem.Reason)
    }

    let rule: ChecksumRule
    private var proven: ChecksumKind?
    private var provenRestored = false
    private var plausibility = RegisterPlausibility()
    /// Telegrams in a row that looked whole and whose CRC was of no kind that is believed.
    private var unknown = 0

    private static let manyUnknown = 3

    init(_ rule: ChecksumRule) { self.rule = rule }

    /// Whether the standards' kind is believed of this line.
    var believesARC: Bool { believes(.arc) }

    mutating func noteARC() {
        proven = .arc
        unknown = 0
    }

    /// Judges a text whose CRC-16/ARC does not fit. Where its line ends have to be put back for its CRC, `bytes` and `text` are
    /// replaced.
    mutating func judge(
        _ bytes: inout [UInt8], _ text: inout TelegramText, stated: String, computed: UInt16
    ) -> Verdict {
        guard let bang = text.bang, let number = UInt16(stated, radix: 16), stated.utf8.count <= 4 else {
            return .bad(.checksumWrong(stated: stated, computed: computed))
        }
        if let kind = fit(bytes, bang, number), believes(kind) {
            unknown = 0
            proven = kind
            return .good(.good(number), kind == .arc ? [] : [.checksum(kind)])
        }
        if proven == nil || provenRestored, let whole = LineEnds.restored(bytes) {
            let restored = TelegramText(whole.span, from: 0, expecting: text.records.count + 2)
            if let bang = restored.bang, let kind = fit(whole, bang, number), believes(kind) {
                (bytes, text, proven, provenRestored, unknown) = (whole, restored, kind, true, 0)
                return .good(.good(number), [.lineEndsRestored] + (kind == .arc ? [] : [.checksum(kind)]))
            }
        }
        if rule == .off, proven == nil, plausibility.accept(text) {
            return .good(.unchecked(stated: stated, computed: computed), [.checksumUnknown])
        }
        return .bad(refusal(fit(bytes, bang, number), text, stated: stated, computed: computed))
    }

    private func believes(_ kind: ChecksumKind) -> Bool {
        if let proven { return kind == proven }
        switch rule {
        case .auto: return kind.isKnownOfMeters
        case .off: return true
        case .arc, .x25, .kermit, .modbus: return kind == rule.kind
        }
    }

    private func fit(_ bytes: [UInt8], _ bang: Int, _ number: UInt16) -> ChecksumKind? {
        ChecksumKind.allCases.first { CRC16.checksum(bytes.span, 0..<bang + 1, $0) == number && believes($0) }
            ?? ChecksumKind.allCases.first { CRC16.checksum(bytes.span, 0..<bang + 1, $0) == number }
    }

    private mutating func refusal(
        _ kind: ChecksumKind?, _ text: TelegramText, stated: String, computed: UInt16
    ) -> ReaderProblem.Reason {
        if proven == nil, let kind { return .checksumOfOtherKind(kind, rule) }
        guard proven == nil, rule != .off, text.oddLines == 0, !text.records.isEmpty else {
            unknown = 0
            return .checksumWrong(stated: stated, computed: computed)
        }
        unknown = min(unknown + 1, Self.manyUnknown)
        return unknown < Self.manyUnknown
            ? .checksumWrong(stated: stated, computed: computed) : .checksumUnknown(stated: stated, computed: computed)
    }
}
