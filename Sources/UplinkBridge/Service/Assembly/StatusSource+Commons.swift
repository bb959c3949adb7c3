import HardwareInterfaces
import Timekeeping

extension StatusSource {
    init(_ commons: BridgeCommons, clock: any Clock, heartbeats: Heartbeats, brokerState: BrokerState? = nil) {
        var broker: (@Sendable (MonotonicInstant) -> BridgeStatus.BrokerStatus)?
        if let brokerState { broker = { brokerState.status(at: $0) } }
        self.init(
            configuration: commons.configuration, latestReadings: commons.latestReadings, health: commons.health,
            linkStatus: commons.linkStatus, rejoinMailbox: commons.rejoinMailbox,
            heartbeats: heartbeats, clock: clock, broker: broker)
    }
}
