import LoRaWAN
import Timekeeping

/// All devices are on their way to another data rate.
struct RateMove {
    let to: DataRate
    let began: MonotonicInstant
    /// Told, and not heard at the old rate since.
    var told: Set<DevEUI> = []
    var lastTold: MonotonicInstant?

    /// So long after the last was told nobody has spoken at the old rate who did not hear it.
    static let settle = TimeSpan.seconds(25)
    /// Devices that say nothing are not waited for longer; they find the base at the pairing data rate.
    static let patience = TimeSpan.minutes(20)

    /// When the base follows its devices.
    func endsAt(among active: Set<DevEUI>) -> MonotonicInstant {
        guard let lastTold, active.isSubset(of: told) else { return began + Self.patience }
        return min(lastTold + Self.settle, began + Self.patience)
    }
}

/// One data rate for all: the fastest that the weakest device bears with ``BaseConfiguration/margin``.
///
/// A device that hears LinkADRReq speaks at the new rate at once, and the base hears one rate at a time. So all are told
/// first, each with the answer to its next uplink, and again if it is still heard at the old rate; then the base moves.
extension BaseStation {
    /// Frames of each device that are wanted before it goes faster.
    private static let samples = 12
    /// dB at the present rate below which all go slower; what is between this and the margin is let be.
    private static let floorMargin = 7
    /// From one move to the next.
    private static let pauses = (faster: TimeSpan.hours(1), slower: TimeSpan.minutes(10))

    /// Where devices are to be.
    var targetDataRate: DataRate { core.move?.to ?? core.state.dataRate }

    /// Devices that were heard lately and may be told a data rate.
    func activeDevices(at now: MonotonicInstant) -> Set<DevEUI> {
        Set(
            core.tracks.filter { device, track in
                known[device] != nil && track.hasADR && core.state.devices[device]?.session != nil
                    && track.heardAt.map { now - $0 <= BaseConfiguration.missingAfter } ?? false
            }.keys)
    }

    /// Begins to move all where that is due.
    mutating func considerMove(at now: MonotonicInstant) {
        guard configuration.movesDataRate, core.move == nil, let wanted = wantedDataRate(at: now),
            wanted != core.state.dataRate
        else { return }
        let pause = wanted > core.state.dataRate ? Self.pauses.faster : Self.pauses.slower
        if let movedAt = core.movedAt, now - movedAt < pause { return }
        core.move = RateMove(to: wanted, began: now)
    }

    /// nil where too little is known.
    private func wantedDataRate(at now: MonotonicInstant) -> DataRate? {
        let region = configuration.region
        let tracks = activeDevices(at: now).compactMap { core.tracks[$0] }
        guard let weakest = tracks.compactMap(\.strength).min() else { return nil }
        func margin(at rate: DataRate) -> Int { weakest - region.floorQuarters(of: rate) }
        let rates = region.narrowDataRates.filter { rate in tracks.allSatisfy { !$0.refused.contains(rate) } }
        let fastest = rates.last { margin(at: $0) >= 4 * BaseConfiguration.margin } ?? rates.first
        guard let fastest else { return nil }
        if fastest > core.state.dataRate {
            return tracks.allSatisfy { $0.uplinks >= Self.samples } ? fastest : nil
        }
        return margin(at: core.state.dataRate) < 4 * Self.floorMargin ? fastest : nil
    }

    /// The data rate that a device is to be told with the answer to this uplink; nil where it is right, or can't be.
    func dataRateOrder(for uplink: HeardUplink) -> DataRate? {
        let target = targetDataRate
        guard uplink.frame.hasADR, uplink.rate != target,
            core.tracks[uplink.device]?.refused.contains(target) != true
        else { return nil }
        return target
    }

    /// The order is on its way.
    mutating func told(_ device: DevEUI, _ order: DataRate, at now: MonotonicInstant, rate: DataRate) {
        core.tracks[device]?.ordered = order
        guard core.move?.to == order, rate == core.state.dataRate else { return }
        core.move?.told.insert(device)
        core.move?.lastTold = now
    }

    /// Follows the devices where all were told.
    mutating func finishMove(at now: MonotonicInstant) -> [BaseAction] {
        guard let move = core.move, storeRetry == nil, now >= move.endsAt(among: activeDevices(at: now)) else {
            return []
        }
        core.move = nil
        core.movedAt = now
        guard !move.told.isEmpty else { return [] }
        core.state.dataRate = move.to
        return [.persist(core.state), .moved(to: move.to)]
    }
}
