/// What an uplink carries, told by its FPort: the one table of ports.
public enum ReportKind: UInt8, Hashable, Sendable, CaseIterable {
    /// A snapshot of chosen registers.
    case readings = 1
    /// What registers showed at quarter-hours.
    case intervals = 2
    /// Something happened that can't wait.
    case alarm = 3
    /// How the bridge itself is.
    case status = 4
    /// What became of a downlink's commands.
    case reply = 5

    public var port: UInt8 { rawValue }

    /// The FPort of downlinks with commands.
    public static let commandPort: UInt8 = 10

    /// The version of the formats that no configuration changes: alarms, status, replies and commands.
    static let version: UInt64 = 1

    /// As the configuration and the decoder's output call it.
    public var name: String { "\(self)" }

    public init?(name: String) {
        guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = kind
    }
}
