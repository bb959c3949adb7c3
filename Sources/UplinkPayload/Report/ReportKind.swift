/// What an uplink carries, told by its FPort. Each kind is made in its own file of `Messages/`, and ``all`` lists them.
public struct ReportKind: Hashable, Sendable, CustomStringConvertible {
    /// FPort, 1 to 223; each kind has its own.
    public let port: UInt8
    /// As the configuration and the decoder's output call it.
    public let name: String

    public var description: String { name }

    /// The FPort of downlinks with commands.
    public static let commandPort: UInt8 = 10

    /// The version of the formats that no configuration changes: alarms, status, replies and commands.
    static let version: UInt64 = 1
}
