/// The kinds of trouble that a status report can name. Its number is that in frames; 0 is "none".
public enum Trouble: UInt8, Hashable, Sendable, CaseIterable {
    /// There was none.
    case none = 0
    /// The meter's line can't be opened or read.
    case meterLine = 1
    /// No telegram comes.
    case meterSilent = 2
    /// A telegram's check did not fit.
    case telegramDamaged = 3
    /// The meter's key does not open its telegrams.
    case wrongKey = 4
    /// An encrypted telegram whose counter had been seen.
    case telegramReplayed = 5
    /// The meter's clock can't be believed.
    case meterClock = 6
    /// The radio does not answer as it should.
    case radio = 7
    /// No join-accept comes.
    case join = 8
    /// Nothing can be stored.
    case store = 9
    /// A report could not be sent as it was due.
    case report = 10
    /// A downlink was not understood.
    case downlink = 11
    /// The system's clock is not set.
    case systemClock = 12

    /// As the decoder's output calls it.
    public var name: String {
        switch self {
        case .none, .radio, .join, .store, .report, .downlink: "\(self)"
        case .meterLine: "meter_line"
        case .meterSilent: "meter_silent"
        case .telegramDamaged: "telegram_damaged"
        case .wrongKey: "wrong_key"
        case .telegramReplayed: "telegram_replayed"
        case .meterClock: "meter_clock"
        case .systemClock: "system_clock"
        }
    }
}
