import LoRaWAN
public import Timekeeping

/// Where the base listens: at the data rate of all, and for a share of each period at the one where lost devices call.
extension BaseStation {
    /// Tells the radio to listen where it does not, or elsewhere.
    mutating func keepListening(at now: MonotonicInstant) -> [BaseAction] {
        let confirms = core.move?.confirmsUntil.map { now < $0 } ?? false
        let wanted =
            confirms
            ? targetDataRate : isPairing(at: now) ? configuration.pairingDataRate : core.state.dataRate
        guard sending == nil, listenRetry == nil, listening != wanted,
            let modulation = configuration.region.modulation(of: wanted)
        else { return [] }
        listening = wanted
        return [.listen(ContinuousReception(frequency: configuration.frequency, modulation: modulation))]
    }

    /// Whether lost devices are listened to.
    public func isPairing(at now: MonotonicInstant) -> Bool {
        guard configuration.pairingDataRate != core.state.dataRate else { return false }
        let shares = BaseConfiguration.pairingShares
        let phase = phase(at: now)
        if now - startedAt < shares.usual, configuration.devices.contains(where: { !hasJoined($0.devEUI) }) {
            return true
        }
        if phase >= BaseConfiguration.pairingPeriod - shares.usual { return true }
        return phase >= BaseConfiguration.pairingPeriod - shares.missing
            && configuration.devices.contains { isMissing($0.devEUI, at: now) }
    }

    private func phase(at now: MonotonicInstant) -> TimeSpan {
        TimeSpan(nanoseconds: max(0, (now - periodBegan).nanoseconds) % BaseConfiguration.pairingPeriod.nanoseconds)
    }

    private func hasJoined(_ device: DevEUI) -> Bool {
        guard let record = core.state.devices[device] else { return false }
        return record.session != nil || record.joined != nil
    }

    /// Whether it is looked for. One that was let in may not have heard that: it has some minutes to speak where all do. If it
    /// goes on in the session before, it is where it was.
    func isMissing(_ device: DevEUI, at now: MonotonicInstant) -> Bool {
        guard let record = core.state.devices[device], hasJoined(device) else { return true }
        let track = core.tracks[device] ?? DeviceTrack()
        let isUnsure = record.joined != nil && track.isJoinUnanswered
        let patience = isUnsure ? BaseConfiguration.confirmedAfter : track.patience
        return now - (track.heardAt ?? startedAt) > patience
    }

    /// When ``isPairing(at:)`` may change by time alone.
    func nextPairingChange(after now: MonotonicInstant) -> MonotonicInstant {
        let shares = BaseConfiguration.pairingShares
        let phase = phase(at: now)
        let marks = [
            BaseConfiguration.pairingPeriod - shares.missing, BaseConfiguration.pairingPeriod - shares.usual,
            BaseConfiguration.pairingPeriod,
        ]
        var next = now - phase + (marks.first { $0 > phase } ?? BaseConfiguration.pairingPeriod)
        if now - startedAt < shares.usual { next = min(next, startedAt + shares.usual) }
        // When another is missed.
        for device in configuration.devices {
            let heardAt = core.tracks[device.devEUI]?.heardAt ?? startedAt
            let patience = (core.tracks[device.devEUI] ?? DeviceTrack()).patience
            for patience in [BaseConfiguration.confirmedAfter, patience] {
                let at = heardAt + patience + .milliseconds(1)
                if at > now { next = min(next, at) }
            }
        }
        return next
    }
}
