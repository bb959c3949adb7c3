import HardwareInterfaces
import Timekeeping
import UplinkPayload

/// What an event means to log, counters and status: told in one place for each kind of event, so that a new one is a case there.
///
/// - Note: `Record` is what the status keeps of the line that the event comes from.
struct EventMeaning<Record> {
    private(set) var lines: [LogLine] = []
    /// The most recent trouble of the status report.
    private(set) var trouble: Trouble?
    /// What could not be stored or read, in words.
    private(set) var storeTrouble: String?
    /// Counted for the limit of a day.
    private(set) var airTime = TimeSpan.zero
    private var counting: ((inout BridgeHealth) -> Void)?
    private var recording: ((inout Record, MonotonicInstant) -> Void)?

    init(_ lines: LogLine..., trouble: Trouble? = nil, storeTrouble: String? = nil, airTime: TimeSpan = .zero) {
        self.init(lines: lines, trouble: trouble, storeTrouble: storeTrouble, airTime: airTime)
    }

    init(lines: [LogLine], trouble: Trouble? = nil, storeTrouble: String? = nil, airTime: TimeSpan = .zero) {
        self.lines = lines
        self.trouble = storeTrouble == nil ? trouble : .store
        self.storeTrouble = storeTrouble
        self.airTime = airTime
    }

    /// How it changes what the status report counts.
    func counted(_ change: @escaping (inout BridgeHealth) -> Void) -> Self {
        var meaning = self
        meaning.counting = change
        return meaning
    }

    /// How it changes what the status tells.
    func recorded(_ change: @escaping (inout Record, MonotonicInstant) -> Void) -> Self {
        var meaning = self
        meaning.recording = change
        return meaning
    }

    func count(in health: inout BridgeHealth) { counting?(&health) }

    func record(in record: inout Record, at now: MonotonicInstant) { recording?(&record, now) }
}
