import LoRaWAN
import Timekeeping

/// All devices are on their way to another data rate.
struct RateMove {
    let to: DataRate
    let began: MonotonicInstant
    /// Told, and not heard at the old rate since.
    var told: Set<DevEUI> = []
    var lastTold: MonotonicInstant?
    /// Until then the base listens at the new rate, for the word of a device that was just told.
    var confirmsUntil: MonotonicInstant?

    /// So long after the last was told nobody has spoken at the old rate who did not hear it.
    static let settle = TimeSpan.seconds(25)
    /// Devices that say nothing are not waited for longer than two and a half of their pauses, within these; they find the
    /// base at the pairing data rate.
    static let patience = (least: TimeSpan.minutes(20), most: TimeSpan.hours(2))
    /// A device that speaks less often is told before others, and asked for a word at once.
    static let seldom = TimeSpan.minutes(2)
    /// From the end of the order to the word of the device, with two tries of its own.
    static let confirmation = TimeSpan.seconds(15)
}

/// One data rate for all: the fastest that the weakest device bears with ``BaseConfiguration/margin``.
///
/// A device that hears LinkADRReq speaks at the new rate at once, and the base hears one rate at a time. So all are told
/// first, each with the answer to its next uplink, and again if it is still heard at the old rate; then the base moves. Those
/// that speak seldom are told first, so that the others lose seconds of their live values and not a quarter of an hour; and
/// FPending asks them for a word, for which the base listens at the new rate. A seldom one whose word does not come, and that
/// is heard at the old rate again, is told again before the others are.
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
                    && track.heardAt.map { now - $0 <= track.patienceWithPace } ?? false
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
            return isEachWellKnown(at: now) ? fastest : nil
        }
        return margin(at: core.state.dataRate) < 4 * Self.floorMargin ? fastest : nil
    }

    /// Whether each device that has a session was heard often enough, or is away.
    private func isEachWellKnown(at now: MonotonicInstant) -> Bool {
        known.keys.filter { core.state.devices[$0]?.session != nil }.allSatisfy { device in
            let track = core.tracks[device] ?? DeviceTrack()
            return track.uplinks >= Self.samples || now - (track.heardAt ?? startedAt) > track.patienceWithPace
        }
    }

    /// The data rate that a device is to be told with the answer to this uplink; nil where it is right, or can't be.
    func dataRateOrder(for uplink: HeardUplink) -> DataRate? {
        let target = targetDataRate
        guard uplink.frame.hasADR, uplink.rate != target,
            core.tracks[uplink.device]?.refused.contains(target) != true,
            uplink.rate != core.state.dataRate || isTurn(of: uplink.device, at: uplink.heard.at)
        else { return nil }
        return target
    }

    /// Whether all that speak less often know.
    private func isTurn(of device: DevEUI, at now: MonotonicInstant) -> Bool {
        guard let move = core.move else { return true }
        let own = core.tracks[device]?.longestPause ?? .zero
        return activeDevices(at: now).allSatisfy { other in
            let pause = core.tracks[other]?.longestPause ?? .zero
            return other == device || pause < RateMove.seldom || pause <= own || move.told.contains(other)
        }
    }

    /// How long devices are waited for.
    func deadline(of move: RateMove, among active: Set<DevEUI>) -> MonotonicInstant {
        let longest = active.compactMap { core.tracks[$0]?.longestPause }.max() ?? .zero
        return move.began + max(RateMove.patience.least, min(longest * 5 / 2, RateMove.patience.most))
    }

    /// When the base follows its devices.
    func end(of move: RateMove, at now: MonotonicInstant) -> MonotonicInstant {
        let active = activeDevices(at: now)
        let deadline = deadline(of: move, among: active)
        guard let lastTold = move.lastTold, active.isSubset(of: move.told) else { return deadline }
        return min(lastTold + RateMove.settle, deadline)
    }

    /// Whether a device that is told this in its answer is asked for a word at once.
    func wantsWord(of device: DevEUI, after order: DataRate?) -> Bool {
        order != nil && core.move != nil && core.tracks[device]?.longestPause ?? .zero >= RateMove.seldom
    }

    /// The order is on its way.
    mutating func told(_ device: DevEUI, _ order: DataRate, at now: MonotonicInstant, rate: DataRate) {
        core.tracks[device]?.ordered = order
        guard core.move?.to == order, rate == core.state.dataRate else { return }
        core.move?.told.insert(device)
        core.move?.lastTold = now
        guard wantsWord(of: device, after: order) else { return }
        core.move?.confirmsUntil =
            now + .seconds(Int64(configuration.rxDelay)) + .seconds(3) + RateMove.confirmation
    }

    /// Follows the devices where all were told.
    mutating func finishMove(at now: MonotonicInstant) -> [BaseAction] {
        guard let move = core.move, storeRetry == nil, now >= end(of: move, at: now) else {
            return []
        }
        core.move = nil
        core.movedAt = now
        guard !move.told.isEmpty else { return [] }
        core.state.dataRate = move.to
        return [.persist(core.state), .moved(to: move.to)]
    }
}
