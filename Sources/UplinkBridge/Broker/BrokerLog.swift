import HardwareInterfaces
import Logging
import Timekeeping

/// Writes what happens with the broker into the log: the same trouble once in ten minutes.
final class BrokerLog {
    private let logger: Logger
    private let clock: any Clock
    private var limiter = RateLimiter()

    init(logger: Logger, clock: any Clock) {
        self.logger = logger
        self.clock = clock
    }

    func write(_ event: BrokerLoop.Event) {
        switch event {
        case .connected: logger.info("the MQTT broker is there")
        case .lost(let error, let retryAt):
            guard case .admitted = limiter.admit(error.message, at: clock.monotonic) else { return }
            let wait = max(.zero, retryAt - clock.monotonic).roundedUp(to: .seconds(1))
            logger.warning("\(error); next attempt in \(wait)")
        }
    }
}
