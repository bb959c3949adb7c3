/// What an uplink carries, told by its FPort.
public enum ReportKind: UInt8, Hashable, Sendable, CaseIterable {
    /// A snapshot of chosen registers.
    case readings = 1

    public var port: UInt8 { rawValue }
}
