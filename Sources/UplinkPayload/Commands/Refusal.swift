/// Why a command of a downlink was not carried out. Its number is that in frames.
public enum Refusal: UInt8, Hashable, Sendable, CaseIterable {
    /// The downlink's sequence number is one of those carried out last.
    case replayed = 0
    /// The downlink is of another version than this bridge knows.
    case wrongVersion = 1
    /// A number that this version has no command for.
    case unknownCommand = 2
    /// The arguments are too short, too long, or outside of their range.
    case badArguments = 3
    /// There are fewer reports.
    case noSuchReport = 4
    /// There are fewer meters.
    case noSuchMeter = 5
    /// The report has no intervals to send again.
    case noIntervals = 6
    /// The bridge has too much to send already.
    case busy = 7
    /// The settings can't be stored.
    case notStored = 8

    /// As the decoder's output calls it.
    public var name: String {
        switch self {
        case .replayed: "replayed"
        case .wrongVersion: "wrong_version"
        case .unknownCommand: "unknown_command"
        case .badArguments: "bad_arguments"
        case .noSuchReport: "no_such_report"
        case .noSuchMeter: "no_such_meter"
        case .noIntervals: "no_intervals"
        case .busy: "busy"
        case .notStored: "not_stored"
        }
    }
}
