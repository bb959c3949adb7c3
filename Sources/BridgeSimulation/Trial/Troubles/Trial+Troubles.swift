import BridgeConfiguration
import BridgeStore
import HardwareSimulators
import LoRaWAN
import Timekeeping
import UplinkBridge
import UplinkPayload

/// What befalls the bridge beside lost frames.
extension Trial {
    func beginTroubles(until end: MonotonicInstant) {
        troubles = TrialTroubles(seed: plan.seed, until: end)
        awaitTrouble()
    }

    private func awaitTrouble() {
        guard let (after, kind) = troubles?.next(), let end = troubles?.end, world.now + after < end else { return }
        world.schedule(after: after) { [unowned self] in
            befall(kind)
            awaitTrouble()
        }
    }

    private func befall(_ kind: TrialTroubles.Kind) {
        guard var troubles else { return }
        let length = troubles.length()
        switch kind {
        case .powerCut: isCut = mayCut
        case .cutWhenStored: framesUntilCut = troubles.number(in: 1...5)
        case .wrongDate:
            clock.mislead(by: .seconds(Int64(troubles.number(in: -2_000_000...2_000_000))))
            world.schedule(after: length) { [unowned self] in clock.mislead(by: .zero) }
        case .silentMeter: meters[troubles.number(in: 0...meters.count - 1)].silentUntil = world.clock.utc + length
        case .otherMeter: meters[troubles.number(in: 0...meters.count - 1)].replace()
        case .radioFault:
            network.faults = troubles.fault()
            world.schedule(after: length) { [unowned self] in network.faults = SX1276Simulator.Faults() }
        case .silentServer:
            network.server.isMute = true
            world.schedule(after: length) { [unowned self] in network.server.isMute = false }
        case .brokenDisk:
            disk.fail(isFull: troubles.chance(2))
            diskOwesUntil = world.now + length + .hours(1)
            world.schedule(after: length) { [unowned self] in disk.heal() }
        case .settings:
            let change = (
                sequence: nextSequence(), period: troubles.number(in: 6...360),
                isAcknowledged: false
            )
            changes.append(change)
            let command = Command.setReport(1, isOn: true, period: change.period)
            network.server.enqueue(
                QueuedDownlink(
                    port: ReportKind.commandPort,
                    payload: CommandFrame(sequence: change.sequence, commands: [command]).encode()),
                for: configuration.lorawan.devEUI.rawValue)
        }
        self.troubles = troubles
    }

    /// With a disk that takes nothing a power cut loses what was read since; that it does is no broken promise.
    var mayCut: Bool { diskOwesUntil.map { world.now > $0 } ?? true }

    /// Somebody who does not know the keys answers in RX1 before the network does: with garbage, or with what the network
    /// said before.
    func answerFalsely(_ uplink: DeliveredUplink) {
        guard troubles?.chance(20) == true, let garbage = troubles?.bytes(0...51) else { return }
        let old = troubles?.chance(2) == true ? network.server.downlinks.last?.payload : nil
        network.air.transmit(
            AirTransmission(
                payload: old ?? garbage, frequency: uplink.heard.frequency,
                spreadingFactor: uplink.heard.spreadingFactor, bandwidth: uplink.heard.bandwidth, invertedIQ: true,
                hasCRC: false, start: uplink.at + .seconds(1) - .milliseconds(1)))
    }

    /// The bridge says that it has carried out a change.
    func noteChange(_ reply: DecodedReport) {
        guard case .number(let sequence, _)? = reply["sequence"], case .number(let accepted, _)? = reply["accepted"],
            accepted.coefficient > 0
        else { return }
        for index in changes.indices where changes[index].sequence == sequence.coefficient {
            changes[index].isAcknowledged = true
        }
    }

    /// The settings are those that were acknowledged last, or sent after that.
    func auditSettings(_ store: StateStore) throws {
        guard !changes.isEmpty else { return }
        let configured = configuration.settings
        let inForce = try store.settings().map { try BridgeSettings(stored: $0, configured: configured) } ?? configured
        let last = changes.lastIndex { $0.isAcknowledged }
        let possible = changes[(last ?? 0)...].map(\.period) + (last == nil ? [configured.reports[0].period] : [])
        if !possible.contains(inForce.reports[0].period) {
            violate("the settings are \(inForce.reports[0].period), acknowledged was \(possible)")
        }
    }
}
