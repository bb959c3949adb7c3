import LoRaWAN
import Logging
import PrivateLink
import Timekeeping

/// One line for each event, with the devices' names.
struct BaseLog {
    let logger: Logger
    let name: @Sendable (DevEUI) -> String
    /// Frames that are refused for one reason are told once in so long.
    private let quietFor = TimeSpan.minutes(10)
    private var toldAt: [String: MonotonicInstant] = [:]

    init(_ logger: Logger, name: @escaping @Sendable (DevEUI) -> String) {
        self.logger = logger
        self.name = name
    }

    mutating func write(_ event: BaseEvent) {
        switch event {
        case .happened(let action): write(action)
        case .radioStarted: logger.info("the radio is up, and listens")
        case .radioFailed(let reason, _): logger.error("\(reason)")
        case .storeFailed(let reason):
            logger.critical("\(reason). Nothing is answered or told until this is mended: devices keep what they have")
        case .storeRecovered: logger.notice("the disk takes the state again")
        case .refusedDownlink(_, let device, let refusal): logger.warning("a downlink for \(name(device)): \(refusal)")
        case .trouble(let reason): logger.warning("\(reason)")
        }
    }

    private mutating func write(_ action: BaseAction) {
        switch action {
        case .joined(let device, let address, _): logger.notice("\(name(device)) joins as \(address)")
        case .deliver(let uplink):
            logger.info(
                "\(name(uplink.devEUI)): uplink \(uplink.counter), \(uplink.payload.count) bytes on port \(uplink.port ?? 0), \(uplink.rssi) dBm, SNR \(uplink.snrQuarters / 4) dB, \(uplink.dataRate)"
            )
        case .sent(let downlink, let device, let counter, _):
            logger.info("\(name(device)): downlink \(counter) is out, \(downlink.payload.count) bytes")
        case .acknowledged(_, let device, let counter, let isHeard):
            logger.info("\(name(device)) has \(isHeard ? "" : "not ")acknowledged downlink \(counter)")
        case .dropped(let downlink, let device):
            logger.warning(
                "a downlink for \(name(device)) is thrown away: \(downlink.payload.count) bytes fit no frame")
        case .expired(_, let device):
            logger.notice("a downlink for \(name(device)) is thrown away: nobody wants it any more")
        case .moved(let rate): logger.notice("all devices are at \(rate) now")
        case .refused(let refusal, let at):
            let isDue = toldAt[refusal.kind].map { at - $0 >= quietFor } ?? true
            guard isDue else { return }
            toldAt[refusal.kind] = at
            logger.notice("passed over: \(refusal)")
        case .persist, .transmit, .listen: break
        }
    }
}
