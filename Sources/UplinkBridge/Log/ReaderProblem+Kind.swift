import SmartMeter

extension ReaderProblem.Reason {
    /// What the log counts by: the same for all problems of a kind. Titles and check sums come off the line, and on a
    /// noisy one each is another.
    var kind: String {
        switch self {
        case .keyMissing: "key missing"
        case .wrongEncryptionKeyOrDamaged: "wrong key or damaged"
        case .wrongEncryptionKey: "wrong key"
        case .authenticationKeyDiffers: "authentication key"
        case .damagedFrame: "damaged frame"
        case .replayed: "replayed"
        case .counterSetAside: "counter set aside"
        case .counterRestarted: "counter restarted"
        case .otherMeter: "other meter"
        case .tagMissing: "tag missing"
        case .systemTitleMissing: "system title missing"
        case .unsupportedSecurity: "security"
        case .notTelegramInside: "no telegram inside"
        case .checksumWrong: "checksum wrong"
        case .checksumOfOtherKind: "checksum of another kind"
        case .checksumUnknown: "checksum unknown"
        case .blockCheckWrong: "block check wrong"
        case .parityWrong: "parity wrong"
        case .noObjects: "no objects"
        case .checksumMissing: "checksum missing"
        case .truncated: "truncated"
        case .tooLong: "too long"
        case .noise: "noise"
        case .otherProtocol: "other protocol"
        case .frameDamaged: "frame damaged"
        case .messageIncomplete: "message incomplete"
        case .pushUnreadable: "push unreadable"
        }
    }
}
