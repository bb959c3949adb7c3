public import Timekeeping

/// What a module's link knows of the network: ``NetworkContact``, kept with the accounts.
extension AirTimeAccounts {
    /// A new uplink went out.
    /// - Parameters:
    ///   - isQuestion: the network has to answer it, should it hear it.
    ///   - now: the present.
    ///   - utc: nil where the date is not known.
    public mutating func recordUplink(isQuestion: Bool, at now: MonotonicInstant, utc: UTCInstant?) {
        state.contact.noteUplink(isQuestion: isQuestion, at: now, utc: utc)
    }

    /// The network was heard.
    public mutating func recordWord(at now: MonotonicInstant, utc: UTCInstant?) {
        state.contact.noteWord(at: now, utc: utc)
    }

    /// A join-request goes out beside the session.
    public mutating func recordTry() { state.contact.noteTry() }

    /// The network wants a new session.
    public mutating func orderRenewal() { state.contact.orderRenewal() }

    /// All that ``NetworkContact/gapSince`` speaks of was sent again.
    public mutating func closeGap() { state.contact.gapSince = nil }
}
