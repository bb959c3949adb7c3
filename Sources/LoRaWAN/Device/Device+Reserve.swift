public import Timekeeping

extension Device {
    /// Nobody knows what was sent since the restored state: takes the air-time that was set aside as spent, just now.
    public mutating func assumeReserveUsed(at now: MonotonicInstant) { state.assumeReserveUsed(at: now) }

    /// Nobody knows which counters were used since: FCntUp goes on at `counter` where it is below.
    public mutating func assumeCountersUsed(below counter: FrameCounter) {
        guard let own = state.session?.uplinkCounter, counter > own else { return }
        state.session?.uplinkCounter = counter
    }
}
