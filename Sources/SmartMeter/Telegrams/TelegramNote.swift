/// What is unusual about a telegram that is good in spite of it: worth telling a person once.
public enum TelegramNote: Hashable, Sendable {
    /// Its CRC is another one than the standards'.
    case checksum(ChecksumKind)
    /// No CRC that is known fits. Its form and its registers are all that speaks for it.
    case checksumUnknown
    /// Something on the way has changed its line ends; with CR LF put back its CRC fits.
    case lineEndsRestored
    /// The parity bit of 7E1 is still in its bytes.
    case parityInBytes
    /// Its codes leave medium and channel out (IEC 62056-21 mode D).
    case shortCodes
}

extension TelegramNote: CustomStringConvertible {
    /// One sentence for people.
    public var description: String {
        switch self {
        case .checksum(let kind): "this meter's CRC is \(kind), not CRC-16/ARC: recognised, and accepted from now on"
        case .checksumUnknown:
            "the CRC of this meter is of no known kind and is not checked (crc = \"off\"): damage on the line can show "
                + "only in unreadable lines and in registers that go back"
        case .lineEndsRestored:
            "something on the way has changed the line ends: the CRC fits with CR LF put back; a tty must be raw, a "
                + "transfer binary"
        case .shortCodes:
            "this is IEC 62056-21 text with short codes (mode D): they are taken for those of electricity, 1-0"
        case .parityInBytes:
            "the parity bit is still in the bytes (the line is 7E1, the adapter or server reads 8N1): it is checked and "
                + "taken off; framing = \"7E1\" says so for good"
        }
    }
}
