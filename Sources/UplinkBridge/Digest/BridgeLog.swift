import BridgePlanning
import Ciphers
package import HardwareInterfaces
import LoRaWAN
package import Logging
import RadioDrivers
import SmartMeter
import Timekeeping
import UplinkPayload

/// Writes what happens into the log: one line an event, and repeated troubles at a bounded rate.
package final class BridgeLog {
    private let logger: Logger
    private let clock: any Clock
    private let meters: [String]
    private var limiter = RateLimiter()
    private var telegramsSeen: Set<Int> = []
    /// Of meters and what is unusual about their telegrams: a few of each.
    private var notesSeen: Set<String> = []

    package init(logger: Logger, clock: any Clock, meters: [String]) {
        self.logger = logger
        self.clock = clock
        self.meters = meters
    }

    package func write(meter number: Int, event: MeterEvent) {
        let name = meters.indices.contains(number) ? meters[number] : "\(number)"
        switch event {
        case .opened: logger.info("meter \(name): line opened")
        case .failed(let error, let retryAt):
            warn(
                "meter \(name): \(error); next attempt in \(wait(until: retryAt))", key: "\(name) \(error.reason)")
        case .noise(let edges):
            warn(
                "meter \(name): \(edges) edges within a second are no pulses, so the input is left alone for a while. Is it "
                    + "wired? Pulled up or down ([[pulse]] pull)?", key: "\(name) noise")
        case .settingsFound(let settings): logger.notice("meter \(name): the line is \(settings)")
        case .ended: logger.info("meter \(name): end of the file")
        case .unusable(let reason): logger.error("meter \(name): \(reason)")
        case .silent(let span):
            logger.warning(
                "meter \(name): no telegram for \(span). Is the cable in, the request line powered, the key right?")
        case .returned(let span): logger.notice("meter \(name): telegrams come again, after \(span)")
        case .storeFailed(let error): warn("meter \(name): \(error)", key: "\(name) store")
        case .clock(let fault?):
            warn(
                "meter \(name): its clock is \(fault.rawValue); the system's is used where it is set",
                key: "\(name) clock")
        case .clock(nil): logger.notice("meter \(name): its clock is right again")
        case .problem(let problem): warn("meter \(name): \(problem)", key: "\(name) \(problem.reason.kind)")
        case .telegram(let telegram):
            for note in telegram.notes where notesSeen.insert("\(number) \(note)").inserted {
                logger.notice("meter \(name): \(note)")
            }
            if telegramsSeen.insert(number).inserted {
                let identifier = telegram.meterIdentifier ?? telegram.identification
                logger.info("meter \(name): first telegram, from \(identifier), \(telegram.objects.count) objects")
            } else {
                logger.debug("meter \(name): telegram, \(telegram.objects.count) objects")
            }
        }
    }

    package func write(link event: LinkEvent) {
        switch event {
        case .radioStarted(let firmware): logger.info("radio ready\(firmware.map { ", \($0)" } ?? "")")
        case .radioFailed(let error, let retryAt):
            warn("radio: \(error); next attempt in \(wait(until: retryAt))", key: error.message)
        case .resumed(let address): logger.info("session \(address) goes on, no join needed")
        case .recordDamaged(let reason): logger.error("the stored session is damaged: \(reason)")
        case .transmitting(let transmission):
            let parts = [
                transmission.bytes.map { "\($0) bytes" }, transmission.modulation?.description,
                transmission.frequency.map { "\(Double($0) / 1e6) MHz" }, transmission.power.map { "\($0) dBm" },
                "\(transmission.airTime) on air",
            ]
            logger.info("sending \(parts.compactMap { $0 }.joined(separator: ", "))")
        case .joined(let address): logger.info("joined, address \(address)")
        case .joinFailed(let next, let refused):
            let then = next.map { "next attempt in \(wait(until: $0))" } ?? "all nonces are used up"
            if let refused {
                logger.warning(
                    """
                    the server answered with JoinNonce \(refused.rawValue), which it has used before: was it set up anew? It \
                    counts on with each join-request, \(then)
                    """)
            } else {
                logger.warning(
                    "no answer to the join-request, \(then). Is the device registered, is a gateway in reach?")
            }
        case .uplinkDone(let result): write(result)
        case .downlink(let downlink):
            logger.info("downlink on port \(downlink.port), \(downlink.payload.count) bytes: \(downlink.payload.hex)")
        case .waiting(let until, let reason):
            let span = max(.zero, until - clock.monotonic)
            // Pauses of seconds are the everyday rhythm of a radio that shares its band.
            let level: Logger.Level = span > .seconds(30) ? .info : .debug
            logger.log(level: level, "the next frame waits \(span): \(reason.explanation)")
        case .networkTime(let utc): logger.info("the network says that it is \(utc)")
        case .radiating(let carrier):
            let place = "\(Double(carrier.frequency) / 1e6) MHz, \(carrier.power) dBm"
            logger.notice("a test bench has ordered a carrier of \(carrier.duration) on \(place)")
        case .unsupported(let order, let reason): logger.warning("\(order) was ordered and is not sent: \(reason)")
        case .discarded(.unsupportedSettings(let settings)):
            // The join never succeeds until a person changes that.
            warn("\(DiscardReason.unsupportedSettings(settings))", key: "unsupported settings")
        case .discarded(let reason): logger.debug("a frame was passed over: \(reason)")
        case .storeFailed(let error): warn("\(error). Nothing is sent while nothing can be stored", key: "store")
        case .storedInSafetyFile(let error):
            warn("\(error). The safety file takes its place: sending goes on", key: "safety file")
        case .sendingOnReserve(let error, let left):
            warn("\(error). Sending goes on with what was set aside: \(left) uplinks at most", key: "reserve")
        case .safetyFileFailed(let error): warn("\(error). The state file is stored all the same", key: "safety")
        case .storeRecovered: logger.notice("the state is stored again")
        case .restoredFromSafetyFile:
            logger.warning("the session is restored from the safety file, and some frame counters are passed over")
        }
    }

    package func write(uplink event: UplinkEvent) {
        switch event {
        case .decided(let decision):
            let left = decision.dailyAirTimeLeft.map { "; \($0) of the day's air-time are left" } ?? ""
            logger.info("\(subject(decision.uplink)): \(decision.reason)\(left)")
        case .handedOver(let due, let payload):
            logger.info("\(subject(due)): \(payload.count) bytes \(payload.hex)")
        case .overtaken(let count):
            warn(
                "reports are due more often than they can be sent, \(count) were left out so far: see [[report]] every",
                key: "overtaken")
        case .paced(let due, let until):
            let span = max(.zero, until - clock.monotonic)
            let text = "waits \(span), so that the network's daily air-time lasts for the day ([lorawan] daily_airtime)"
            if span > .seconds(30) { logger.info("\(due.map(subject) ?? "an answer"): \(text)") }
        case .refused(let due, let reason):
            warn("\(subject(due)) can't be sent: \(reason)", key: "\(due.kind) refused")
        case .answerRefused(let reason):
            warn("the network's commands can't be answered: \(reason)", key: "answer refused")
        case .answersWait:
            logger.notice(
                "the network asks for an answer in each downlink: they go with the reports now, and seldom by themselves"
            )
        case .contact(.heard): logger.notice("the network is heard again")
        case .contact(.doubtful(let silence)), .contact(.lost(let silence)): logger.warning("\(silence)")
        case .obeyed(let reply):
            let answers = reply.answers.map { answer in
                switch answer.result {
                case .accepted: "accepted"
                case .clamped: "clamped to what is allowed"
                case .refused(let reason): "refused (\(reason.name))"
                }
            }
            logger.notice("commands of downlink \(reply.sequence): \(answers.joined(separator: ", "))")
        }
    }

    private func wait(until then: MonotonicInstant) -> TimeSpan {
        max(.zero, then - clock.monotonic).roundedUp(to: .seconds(1))
    }

    private func subject(_ due: DueUplink) -> String {
        guard let meter = due.meter, meters.indices.contains(meter) else { return "\(due.kind)" }
        return "\(due.kind) of meter \(meters[meter])"
    }

    private func write(_ result: UplinkResult) {
        switch result {
        case .acknowledged: logger.info("the network has it")
        case .sent: logger.debug("sent")
        case .notAcknowledged: logger.warning("no acknowledgement came")
        case .failed(let reason): logger.warning("the uplink failed: \(reason)")
        }
    }

    private func warn(_ message: String, key: String) {
        switch limiter.admit(key, at: clock.monotonic) {
        case .admitted(let suppressed) where suppressed > 0:
            logger.warning("\(message) (\(suppressed) more like this since the last line)")
        case .admitted: logger.warning("\(message)")
        case .suppressed: break
        }
    }
}
