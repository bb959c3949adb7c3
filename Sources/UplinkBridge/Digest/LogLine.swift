import BridgePlanning
import Logging
import Timekeeping

/// A line of the log. Its text is made where it is written only.
struct LogLine {
    enum Repetition {
        case each
        /// One in ten minutes of those with this key; the rest is counted.
        case bounded(String)
        /// The first of those with this key.
        case once(String)
        /// All but the first of those with this key.
        case again(String)
    }

    /// What a text needs to know beside its event.
    struct Words {
        var meters: [String]
        var now: MonotonicInstant

        func name(ofMeter number: Int) -> String { meters.indices.contains(number) ? meters[number] : "\(number)" }

        func subject(_ due: DueUplink) -> String {
            guard let meter = due.meter, meters.indices.contains(meter) else { return "\(due.kind)" }
            return "\(due.kind) of meter \(meters[meter])"
        }

        func wait(until then: MonotonicInstant) -> TimeSpan { span(until: then).roundedUp(to: .seconds(1)) }

        func span(until then: MonotonicInstant) -> TimeSpan { max(.zero, then - now) }
    }

    let repetition: Repetition
    /// nil: not worth a line.
    let level: (Words) -> Logger.Level?
    let text: (Words) -> String

    init(_ level: Logger.Level, _ repetition: Repetition = .each, _ text: @escaping (Words) -> String) {
        self.init({ _ in level }, repetition, text)
    }

    init(
        _ level: @escaping (Words) -> Logger.Level?, _ repetition: Repetition = .each,
        _ text: @escaping (Words) -> String
    ) {
        self.level = level
        self.repetition = repetition
        self.text = text
    }
}
