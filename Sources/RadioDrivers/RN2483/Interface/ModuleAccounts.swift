public import LoRaWAN
public import Timekeeping

/// The accounts of a ``TransmissionGate``, without the storing: the sliding hour of each sub-band, the network's purse,
/// and TR007's budget of join-requests.
///
/// The module does not tell which channel it takes, so each transmission is charged to every sub-band it may be in: the
/// law holds in each, at the price of air-time that is counted twice.
public struct ModuleAccounts: Hashable, Sendable {
    public private(set) var ledger: DutyCycleLedger
    /// nil when the network sets no limit.
    public private(set) var purse: AirTimeWindow?
    public private(set) var joinBudget = JoinBudget()

    /// - Parameter purse: the network's air-time for uplinks in 24 hours; nil for no limit.
    public init(region: Region, purse: TimeSpan?) {
        ledger = DutyCycleLedger(subBands: region.subBands)
        self.purse = purse.map { AirTimeWindow(length: .hours(24), limit: $0) }
    }

    /// Whether the transmission may begin now; changes nothing.
    public func grant(_ transmission: ModuleTransmission, at now: MonotonicInstant) -> TransmissionGrant {
        var start = now
        var reason = WaitReason.dutyCycle
        for band in transmission.subBands {
            guard let free = ledger.earliestStart(band: band, airTime: transmission.airTime, at: now) else {
                return .never
            }
            start = max(start, free)
        }
        let account: (MonotonicInstant?, WaitReason) =
            switch transmission.kind {
            case .joinRequest: (joinBudget.earliestStart(airTime: transmission.airTime, at: now), .joinBudget)
            case .uplink: (purse.map { $0.earliestStart(airTime: transmission.airTime, at: now) } ?? now, .networkPurse)
            }
        guard let free = account.0 else { return .never }
        if free > start { (start, reason) = (free, account.1) }
        return start > now ? .later(start, reason) : .granted
    }

    /// Records a transmission before it begins; whether it takes place may never be known.
    public mutating func record(_ transmission: ModuleTransmission, at now: MonotonicInstant) {
        for band in transmission.subBands { ledger.record(band: band, start: now, airTime: transmission.airTime) }
        switch transmission.kind {
        case .joinRequest: joinBudget.record(start: now, airTime: transmission.airTime)
        case .uplink: purse?.record(start: now, airTime: transmission.airTime)
        }
    }
}
