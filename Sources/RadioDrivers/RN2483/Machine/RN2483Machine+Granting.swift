import LoRaWAN
import Timekeeping

/// What the budget says of a transmission.
extension RN2483Machine {
    mutating func grant(at now: MonotonicInstant) -> [Order] {
        guard case .awaitingGrant(let transmission, let after) = phase else { return [] }
        record = after
        let command: RN2483Command
        var shortest = transmission.airTime
        switch transmission.kind {
        case .joinRequest:
            command = RN2483Command("mac join otaa", .join)
            // However it ends, even in a reset of the module: the next is not sent at once.
            join.wait(until: now + .seconds(15))
        case .uplink:
            guard let next = count.isUnderWay ? probe : uplink.pending else { return settle(at: now) }
            command = transmitCommand(next)
            if let modulation = region.modulation(of: transmission.dataRate) {
                shortest = AirTime.of(bytes: Self.frameOverhead + next.payload.count, modulation: modulation)
            }
        }
        uplink.sent = ModuleUplink.Sent(at: now, transmission: transmission, shortest: shortest)
        return [.event(.transmitting(transmission))] + run([command], for: .sending, at: now)
    }

    mutating func postpone(until: MonotonicInstant, reason: WaitReason, at now: MonotonicInstant) -> [Order] {
        guard case .awaitingGrant(let transmission, _) = phase else { return [] }
        guard !count.isUnderWay else { return endMeasurement(at: now) }
        // What nobody has counted would have to wait for air-time that it hardly needs; and what is set aside for a disk that
        // fails is little.
        if transmission.times > 1, record.session?.repetitions == nil || reason == .storage {
            uplink.goesOnce = true
            return authorizeUplink(at: now)
        }
        // Reports go on in the session that is kept.
        guard !join.isRenewal else { return endRenewal(at: now) }
        phase = .pausing(until: until, transmission.kind == .joinRequest ? .join : .prepare)
        return [.event(.waiting(until: until, reason: reason))]
    }

    mutating func refuse(at now: MonotonicInstant) -> [Order] {
        guard case .awaitingGrant(let transmission, _) = phase else { return [] }
        guard transmission.kind != .joinRequest else {
            guard !join.isRenewal else { return endRenewal(at: now) }
            // Another data rate is drawn.
            phase = .pausing(until: now + .minutes(1), .join)
            return [.event(.waiting(until: now + .minutes(1), reason: .joinBudget))]
        }
        guard !count.isUnderWay else { return endMeasurement(at: now) }
        guard transmission.times == 1 else {
            uplink.goesOnce = true
            return authorizeUplink(at: now)
        }
        return end(.failed("\(UplinkRefusal.neverAllowed(airTime: transmission.airTime))")) + settle(at: now)
    }

    /// Lets go of the pending uplink.
    mutating func end(_ result: UplinkResult) -> [Order] {
        uplink.letGo() ? [.event(.uplinkDone(result))] : []
    }
}
