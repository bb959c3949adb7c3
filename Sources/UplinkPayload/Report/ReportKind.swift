/// What an uplink carries, told by its FPort.
public enum ReportKind: UInt8, Hashable, Sendable, CaseIterable {
    /// A snapshot of chosen registers.
    case readings = 1
    /// The load profile: registers at the boundaries between quarter-hours.
    case intervals = 2

    public var port: UInt8 { rawValue }

    /// As the configuration and the decoder's output call it.
    public var name: String { "\(self)" }

    public init?(name: String) {
        guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = kind
    }
}
