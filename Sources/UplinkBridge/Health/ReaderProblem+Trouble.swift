import SmartMeter
import UplinkPayload

extension ReaderProblem.Reason {
    /// What a status report calls it.
    var trouble: Trouble {
        switch self {
        case .keyMissing, .wrongEncryptionKeyOrDamaged, .wrongEncryptionKey, .authenticationKeyDiffers, .otherMeter,
            .tagMissing, .systemTitleMissing, .unsupportedSecurity:
            .wrongKey
        case .replayed, .counterRestarted, .counterSetAside: .telegramReplayed
        case .damagedFrame, .notTelegramInside, .checksumWrong, .checksumOfOtherKind, .checksumUnknown,
            .blockCheckWrong,
            .parityWrong,
            .noObjects, .checksumMissing, .truncated, .tooLong, .noise, .otherProtocol, .frameDamaged,
            .messageIncomplete, .pushUnreadable:
            .telegramDamaged
        }
    }

    /// Whether a telegram was refused; what lies between telegrams is none.
    var isOfTelegram: Bool {
        switch self {
        case .noise, .otherProtocol: false
        default: true
        }
    }
}

extension ReaderProblem {
    /// A cable is put into a meter that is speaking: what a line begins with is the end of a telegram, and nothing is wrong. A
    /// line of which nothing can be read brings more.
    var isEndOfTelegramBefore: Bool { reason == .noise && offset == 0 && length < Self.longestEnd }

    private static let longestEnd = 8_192
}
