import HardwareInterfaces
import Timekeeping

extension StatusSource {
    init(_ commons: BridgeCommons, clock: any Clock, lifeSigns: LifeSigns, brokerBoard: BrokerBoard? = nil) {
        var broker: (@Sendable (MonotonicInstant) -> BridgeStatus.BrokerStatus)?
        if let brokerBoard { broker = { brokerBoard.status(at: $0) } }
        self.init(
            configuration: commons.configuration, board: commons.board, health: commons.health,
            linkStatus: commons.linkStatus, rejoinDesk: commons.rejoinDesk,
            lifeSigns: lifeSigns, clock: clock, broker: broker)
    }
}
