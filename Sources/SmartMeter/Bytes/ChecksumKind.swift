/// The kinds of CRC-16 that a meter may print behind the `!` of its text.
public enum ChecksumKind: String, Hashable, Sendable, CaseIterable {
    /// 0xA001 reflected, start 0: what the standards say.
    case arc
    /// 0x8408 reflected, start and end FFFF: Holley meters in Hungary.
    case x25
    /// 0x8408 reflected, start 0: what Holley takes for X-25 within its SML files.
    case kermit
    /// 0xA001 reflected, start FFFF.
    case modbus

    /// Whether text of a meter that never printed another kind is believed by this one without being told: the kinds
    /// that meters are known to print.
    var isKnownOfMeters: Bool { self == .arc || self == .x25 }
}

extension ChecksumKind: CustomStringConvertible {
    /// As the catalogues of CRCs call it.
    public var description: String {
        switch self {
        case .arc: "CRC-16/ARC"
        case .x25: "CRC-16/X25"
        case .kermit: "CRC-16/KERMIT"
        case .modbus: "CRC-16/MODBUS"
        }
    }
}

/// What proves the text of a meter that does not encrypt.
public enum ChecksumRule: String, Hashable, Sendable, CaseIterable {
    /// CRC-16/ARC, or another kind that meters are known to print, and from then on that one only.
    case auto
    /// This CRC-16 and no other.
    case arc, x25, kermit, modbus
    /// Any of these; and where none fits, what can be seen without one: every line is readable, and no register of energy
    /// goes back or leaps. For a meter whose kind nobody knows.
    case off

    var kind: ChecksumKind? { ChecksumKind(rawValue: rawValue) }
}
