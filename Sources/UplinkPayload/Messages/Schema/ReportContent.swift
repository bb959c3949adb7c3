/// What a [[report]] of the configuration is made of.
public enum ReportContent: Hashable, Sendable {
    /// What the registers show now.
    case readings([Field])
    /// One to four registers.
    case intervals([Field])
    /// How the bridge is.
    case status
}

/// A [[report]] of the configuration, laid out.
public enum ReportLayout: Hashable, Sendable {
    /// The layouts over which the fields are split.
    case readings([ReadingsLayout])
    /// Quarter-hours.
    case intervals(IntervalLayout)
    /// How the bridge is.
    case status

    /// What the report is.
    public var kind: ReportKind {
        switch self {
        case .readings: .readings
        case .intervals: .intervals
        case .status: .status
        }
    }
}
