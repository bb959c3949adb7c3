import BridgeConfiguration
import HardwareInterfaces
import LinuxHardware
import LoRaWAN
import MeterValues
import Timekeeping
import UplinkPayload

/// Gathers the status from what the threads share. Whoever asks waits for no thread.
package struct StatusSource: Sendable {
    let configuration: BridgeConfiguration
    let latestReadings: LatestReadings
    let health: HealthCounters
    let linkStatus: LinkStatusMailbox
    let rejoinMailbox: RejoinMailbox
    let heartbeats: Heartbeats
    let clock: any Clock
    /// How the connection to the broker does; nil without one.
    let broker: (@Sendable (MonotonicInstant) -> BridgeStatus.BrokerStatus)?

    /// A thread that has not come round for so long is stuck: each is woken at least every ``Heartbeats/longestPeriod``.
    private static let stuck = TimeSpan.seconds(45)
    /// Meters store each quarter-hour, so that a failure which is older has healed.
    private static let storeMemory = TimeSpan.minutes(16)

    private static let refusals = 3
    private static let joining = TimeSpan.minutes(10)

    package func status() -> BridgeStatus {
        let now = clock.monotonic
        let (meters, link) = health.records
        let store = health.store
        let sums = health.health(at: now)
        let usage = ProcessUsage()
        var status = BridgeStatus(
            healthy: true, version: BridgeVersion.text, devEui: configuration.lorawan.devEUI.description,
            time: clock.utc.description,
            isTimeTrusted: clock.isUTCTrusted, uptimeSeconds: (now - health.start).displaySeconds, troubles: [],
            meters: configuration.meterNames.enumerated().map { number, name in
                meter(number, name, meters[number] ?? MeterRecord(), at: now)
            },
            radio: .init(
                type: type(of: configuration.radio).name, region: configuration.lorawan.region.name,
                firmware: link.firmware,
                isUp: link.isRadioUp,
                lastTrouble: link.radioTrouble.map { note($0, at: now) }),
            link: linkStatus.newest, uplink: uplink(link, at: now), downlink: downlink(link, at: now),
            waiting: link.waiting.flatMap { waiting in
                waiting.until > now ? .init(reason: waiting.reason, seconds: (waiting.until - now).displaySeconds) : nil
            },
            counters: .init(
                uplinks: counts(link.results), frames: link.frames, airTimeSeconds: link.airTime.displaySeconds,
                downlinks: sums.downlinks, joins: sums.joins, joinFailures: link.joinFailures,
                radioRestarts: sums.radioRestarts, discardedFrames: link.discarded,
                skippedReports: sums.skippedReports, refusedReports: link.refusedReports),
            store: .init(
                path: configuration.statePath, failures: store.failures,
                lastTrouble: store.trouble.map { note($0, at: now) }),
            threads: heartbeats.signs.map { .init(name: $0.name, agoSeconds: (now - $0.last).displaySeconds) },
            broker: broker?(now),
            process: .init(residentBytes: usage.residentBytes, processorSeconds: usage.processorTime.displaySeconds))
        status.troubles = troubles(of: status)
        status.healthy = status.troubles.isEmpty
        return status
    }

    private func troubles(of status: BridgeStatus) -> [String] {
        var troubles: [String] = []
        for meter in status.meters {
            // One or two are damaged on any line, and the first may have begun before anybody listened.
            let isRefused = meter.refusedInARow >= Self.refusals
            switch meter.state {
            case .receiving, .waiting, .silent:
                if isRefused {
                    troubles.append("meter \(meter.name): \(meter.lastProblem?.text ?? "its telegrams are refused")")
                } else if meter.state == .silent {
                    troubles.append("meter \(meter.name): no telegrams")
                }
            case .ended: break
            case .lost, .unusable:
                troubles.append("meter \(meter.name): \(meter.lastProblem?.text ?? "the line can't be used")")
            }
        }
        if !status.radio.isUp {
            troubles.append("radio: \(status.radio.lastTrouble?.text ?? "not started yet")")
        } else if let link = status.link, !link.isJoined, status.counters.joinFailures > 0 || isLate(status) {
            troubles.append("not joined: is the device registered, is a gateway in reach?")
        } else if let silence = status.link?.silence {
            troubles.append(silence)
        }
        if let trouble = status.store.lastTrouble, trouble.agoSeconds < Self.storeMemory.displaySeconds {
            troubles.append("store: \(trouble.text)")
        }
        for thread in status.threads where thread.agoSeconds > Self.stuck.displaySeconds {
            troubles.append("thread \(thread.name): stuck for \(Int(thread.agoSeconds)) s")
        }
        return troubles
    }

    /// So long a join may take whose first request has to wait.
    private func isLate(_ status: BridgeStatus) -> Bool { status.uptimeSeconds > Self.joining.displaySeconds }

    private func meter(
        _ number: Int, _ name: String, _ record: MeterRecord, at now: MonotonicInstant
    ) -> BridgeStatus.MeterStatus {
        let newest = latestReadings.newest(meter: number)
        let state: BridgeStatus.MeterStatus.State =
            switch record.line {
            case .unusable: .unusable
            case .lost: .lost
            case .ended: .ended
            case .opening, .open: record.isSilent ? .silent : newest == nil ? .waiting : .receiving
            }
        return BridgeStatus.MeterStatus(
            number: number, name: name, state: state, identifier: record.identifier ?? warning(ofPulses: number),
            telegrams: record.telegrams,
            problems: counts(record.problems),
            readingAgoSeconds: newest.map { (now - $0.received).displaySeconds }, clockFault: record.clockFault,
            refusedInARow: record.refusedInARow,
            lastProblem: record.trouble.map { note($0, at: now) },
            storedUntil: latestReadings.storedBoundary(meter: number)?.time.description,
            registers: newest?.reading.registerStatus ?? [], texts: newest?.reading.textStatus ?? [])
    }

    private func warning(ofPulses number: Int) -> String? {
        configuration.pulses.first { $0.number == number }?.source.warning
    }

    private func uplink(_ link: LinkRecord, at now: MonotonicInstant) -> BridgeStatus.UplinkStatus? {
        guard let sent = link.sent else { return nil }
        // Handed over in the same moment, or before; what was handed over later waits for its turn.
        let underWay = link.underWay.flatMap { $0.at <= sent.at + .seconds(1) && sent.result == nil ? $0 : nil }
        let subject = sent.subject ?? underWay
        let names = configuration.meterNames
        return .init(
            report: subject.map { "\($0.kind)" },
            meter: subject?.meter.flatMap { names.indices.contains($0) ? names[$0] : nil }, bytes: sent.bytes,
            modulation: sent.modulation, frequencyHz: sent.frequency, powerDbm: sent.power,
            agoSeconds: (now - sent.at).displaySeconds, result: sent.result)
    }

    private func downlink(_ link: LinkRecord, at now: MonotonicInstant) -> BridgeStatus.DownlinkStatus? {
        link.received.map {
            .init(
                port: $0.port, bytes: $0.bytes, rssi: $0.rssi, snr: $0.snrQuarters.map { Double($0) / 4 },
                agoSeconds: (now - $0.at).displaySeconds)
        }
    }

    private func counts(_ counts: [String: Int]) -> [BridgeStatus.Count] {
        counts.sorted { $0.key < $1.key }.map { .init(kind: $0.key, count: $0.value) }
    }

    private func note(_ trouble: (text: String, at: MonotonicInstant), at now: MonotonicInstant) -> BridgeStatus.Note {
        .init(text: trouble.text, agoSeconds: (now - trouble.at).displaySeconds)
    }
}
