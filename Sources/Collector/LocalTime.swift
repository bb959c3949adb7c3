package import Foundation
package import MeterValues
import ServerEvents
package import Timekeeping

/// Times as the people of a time zone write them.
package struct LocalTime: Sendable {
    package let zone: TimeZone

    package init(_ zone: TimeZone) { self.zone = zone }

    /// Seconds east of Greenwich.
    package func offset(at time: UTCInstant) -> Int {
        zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(time.secondsSince1970)))
    }

    /// ISO 8601 with offset: "2026-11-23T01:15:00+01:00".
    package func text(_ time: UTCInstant) -> String {
        let offset = offset(at: time)
        let local = "\(time + .seconds(Int64(offset)))".dropLast()
        let minutes = abs(offset) / 60
        return local + (offset < 0 ? "-" : "+") + Self.padded(minutes / 60) + ":" + Self.padded(minutes % 60)
    }

    private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// The instant at which clocks show this; of the two of an hour that comes twice the first, and for one that is left
    /// out the one that it would have been.
    package func instant(ofLocal time: UTCInstant) -> UTCInstant {
        // The greater offset is that of the earlier instant.
        let candidates = [time - .hours(24), time + .hours(24)].map { offset(at: $0) }.sorted(by: >)
        for offset in candidates {
            let instant = time - .seconds(Int64(offset))
            if self.offset(at: instant) == offset { return instant }
        }
        return time - .seconds(Int64(candidates.last ?? 0))
    }

    /// When the day began in which `time` is.
    package func startOfDay(_ time: UTCInstant) -> UTCInstant {
        let local = time + .seconds(Int64(offset(at: time)))
        let seconds = local.secondsSince1970
        let midnight = seconds - ((seconds % 86_400) + 86_400) % 86_400
        return instant(ofLocal: UTCInstant(secondsSince1970: midnight))
    }

    /// What a person writes: "2026-11-27" (its midnight), "2026-11-27T13:00", or with seconds, both in this zone unless an
    /// offset or Z stands behind; nil for anything else.
    package func instant(written text: String) -> UTCInstant? {
        if let time = UTCInstant(rfc3339: text) { return time }
        for rest in ["T00:00:00Z", ":00Z", "Z"] {
            if let local = UTCInstant(rfc3339: text + rest) { return instant(ofLocal: local) }
        }
        // "2026-11-27T13:00+01:00"
        let (head, tail) = (text.prefix(16), text.dropFirst(16))
        return UTCInstant(rfc3339: "\(head):00\(tail)")
    }
}

extension QuarterHour {
    /// The boundary at `time` or the next one.
    package init(atOrAfter time: UTCInstant) {
        let boundary = QuarterHour(atOrBefore: time)
        self = boundary.time == time ? boundary : boundary.next
    }
}
