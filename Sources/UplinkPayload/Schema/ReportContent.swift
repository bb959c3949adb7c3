/// What a [[report]] of the configuration is made of.
public enum ReportContent: Hashable, Sendable {
    case readings([Field])
    /// One to four registers.
    case intervals([Field])
    case status
}

/// A [[report]] of the configuration, laid out.
public enum ReportLayout: Hashable, Sendable {
    /// The layouts over which the fields are split.
    case readings([ReadingsLayout])
    case intervals(IntervalLayout)
    case status

    public var kind: ReportKind {
        switch self {
        case .readings: .readings
        case .intervals: .intervals
        case .status: .status
        }
    }
}
