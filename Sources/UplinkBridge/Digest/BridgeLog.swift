package import HardwareInterfaces
package import Logging
import Timekeeping

/// Writes what happens into the log: one line an event, and repeated troubles at a bounded rate.
package final class BridgeLog {
    private let logger: Logger
    private let clock: any Clock
    private let meters: [String]
    private var limiter = RateLimiter()
    /// Of lines that are written once: a few of each meter.
    private var seen: Set<String> = []

    package init(logger: Logger, clock: any Clock, meters: [String]) {
        self.logger = logger
        self.clock = clock
        self.meters = meters
    }

    package func write(meter number: Int, event: MeterEvent) { write(event.meaning(ofMeter: number)) }

    package func write(link event: LinkEvent) { write(event.meaning) }

    package func write(uplink event: UplinkEvent) { write(event.meaning) }

    func write<Record>(_ meaning: EventMeaning<Record>) {
        let words = LogLine.Words(meters: meters, now: clock.monotonic)
        // What this event is the first of counts as seen behind all of its lines.
        var new: Set<String> = []
        for line in meaning.lines {
            guard let level = line.level(words) else { continue }
            var held = 0
            switch line.repetition {
            case .each: break
            case .bounded(let key):
                guard case .admitted(let suppressed) = limiter.admit(key, at: words.now) else { continue }
                held = suppressed
            case .once(let key):
                guard !seen.contains(key) else { continue }
                new.insert(key)
            case .again(let key): guard seen.contains(key) else { continue }
            }
            let more = held > 0 ? " (\(held) more like this since the last line)" : ""
            logger.log(level: level, "\(line.text(words))\(more)")
        }
        seen.formUnion(new)
    }
}
