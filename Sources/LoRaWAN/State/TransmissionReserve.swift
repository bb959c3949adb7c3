public import Timekeeping

/// What a device may still use when its newest state can't be stored, because a stored state allows for it.
///
/// A state is stored with frame counters set aside (``FrameCounter/settingAside(_:)``). From then on frames may go out whose
/// own state is nowhere but in memory, as long as they take none but those counters of that session, and of each account of
/// air-time no more than a share within its window. Should the power fail, a start that can't know what was used takes all
/// of it as used (``Device/assumeReserveUsed(at:)``): no counter is used twice, and no limit is passed.
///
/// DevNonces and sessions are not set aside: a join always waits for the disk.
public struct TransmissionReserve: Sendable {
    /// Frame counters set aside at once. A server sees a gap of at most so many; those of LoRaWAN 1.0.3 take 16 384.
    public static let counters: UInt32 = 256
    /// The share of each account that is set aside: one part in so many.
    static let parts: Int64 = 8

    private let stored: DeviceState
    private let limit: FrameCounter

    /// - Parameters:
    ///   - stored: the state that was stored, as it was before counters were set aside.
    ///   - counter: FCntUp of its session that no uplink had used.
    ///   - counters: how many are set aside.
    public init(of stored: DeviceState, counter: FrameCounter, counters: UInt32 = Self.counters) {
        self.stored = stored
        limit = counter.settingAside(counters)
    }

    /// Uplinks of the session that may still follow.
    /// - Parameter counter: FCntUp of the next.
    public func uplinksLeft(from counter: FrameCounter) -> Int {
        counter < limit ? Int(limit.rawValue - counter.rawValue) : 0
    }

    /// Whether the state, with the transmission that it allows for, keeps within the reserve.
    /// - Parameters:
    ///   - state: as it would be stored.
    ///   - counter: FCntUp of the same session that no uplink has used yet.
    ///   - now: the present.
    public func covers(_ state: DeviceState, counter: FrameCounter, at now: MonotonicInstant) -> Bool {
        guard state.region == stored.region, counter <= limit, state.nextDevNonce <= stored.nextDevNonce,
            state.ledger.windows.count == stored.ledger.windows.count
        else { return false }
        for (window, before) in zip(state.ledger.windows, stored.ledger.windows)
        where !window.isWithinReserve(since: before, at: now) { return false }
        guard let dailyAirTime = state.dailyAirTime else { return true }
        return dailyAirTime.isWithinReserve(
            since: stored.dailyAirTime ?? AirTimeWindow(length: dailyAirTime.length, limit: .zero), at: now)
    }
}

extension AirTimeWindow {
    /// The share of it that may be used without being stored.
    var reserve: TimeSpan { limit / TransmissionReserve.parts }

    /// Whether what was spent since `before`, and is not older than the window, is within the reserve.
    fileprivate func isWithinReserve(since before: AirTimeWindow, at now: MonotonicInstant) -> Bool {
        guard isLimited else { return true }
        // The newest may end after now.
        let end = max(now, entries.last?.end ?? now)
        return min(recorded - before.recorded, limit - remaining(at: end)) <= reserve
    }
}

extension FrameCounter {
    /// The counter behind those that are set aside; the last of all where there are not so many.
    public func settingAside(_ counters: UInt32 = TransmissionReserve.counters) -> FrameCounter {
        let (sum, overflow) = rawValue.addingReportingOverflow(counters)
        return FrameCounter(rawValue: overflow ? .max : sum)
    }
}

extension DeviceState {
    /// The state to store for a ``TransmissionReserve``: it goes on behind the counters that are set aside.
    public func settingAside(counters: UInt32 = TransmissionReserve.counters) -> DeviceState {
        var state = self
        if let counter = session?.uplinkCounter { state.session?.uplinkCounter = counter.settingAside(counters) }
        return state
    }

    /// Takes the share of each account as spent just now.
    mutating func assumeReserveUsed(at now: MonotonicInstant) {
        for (band, window) in ledger.windows.enumerated() where window.isLimited {
            ledger.record(band: band, start: now - window.reserve, airTime: window.reserve)
        }
        if let window = dailyAirTime, window.isLimited {
            dailyAirTime?.record(start: now - window.reserve, airTime: window.reserve)
        }
    }

    /// Whether both are in the same session, whatever has happened in it.
    public func isInSession(of other: DeviceState) -> Bool {
        guard let session, let theirs = other.session else { return false }
        return session.devAddr == theirs.devAddr && session.keys == theirs.keys
    }
}
