public import Timekeeping

extension Device {
    /// Nobody knows what was sent since the restored state: takes all that was set aside as used, just now.
    /// - Parameter counter: behind the counters that were set aside for this session; nil where there is no session.
    public mutating func assumeReserveUsed(upTo counter: FrameCounter?, at now: MonotonicInstant) {
        if let counter, let own = state.session?.uplinkCounter, counter > own {
            state.session?.uplinkCounter = counter
        }
        state.assumeReserveUsed(at: now)
    }
}
