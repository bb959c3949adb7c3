import MeterValues
import Synchronization
package import Timekeeping
import UplinkPayload

/// What has happened of late, for a page that people look at: lines of the log, alarms, and the power of the last hour. Some
/// kilobytes of memory, and nothing of it on the disk.
package final class RecentEvents: Sendable {
    struct Line: Hashable, Sendable {
        let time: UTCInstant
        let level: String
        let text: String
    }

    struct PowerSample: Hashable, Sendable {
        let time: UTCInstant
        /// Import less export.
        let watts: Int64
    }

    private struct Content {
        var lines: [Line] = []
        var alarms: [(alarm: Alarm, time: UTCInstant)] = []
        var power: [Int: [PowerSample]] = [:]
    }

    private static let mostLines = 40
    private static let mostAlarms = 20
    private static let mostSamples = 400
    private static let samplePause = TimeSpan.seconds(9)
    private static let longestLine = 400

    private let content = Mutex(Content())

    package init() {}

    package func note(line: String, level: String, at time: UTCInstant) {
        let line = Line(time: time, level: level, text: String(line.prefix(Self.longestLine)))
        content.withLock { $0.lines = ($0.lines + [line]).suffix(Self.mostLines) }
    }

    func note(_ alarm: Alarm?, at time: UTCInstant) {
        guard let alarm else { return }
        content.withLock { $0.alarms = ($0.alarms + [(alarm, time)]).suffix(Self.mostAlarms) }
    }

    func note(power watts: Int64, meter: Int, at time: UTCInstant) {
        content.withLock { content in
            var samples = content.power[meter] ?? []
            if let last = samples.last, time - last.time < Self.samplePause, time >= last.time { return }
            samples.append(PowerSample(time: time, watts: watts))
            content.power[meter] = samples.filter { time - $0.time < .hours(1) }.suffix(Self.mostSamples)
        }
    }

    var lines: [Line] { content.withLock { $0.lines } }
    var alarms: [(alarm: Alarm, time: UTCInstant)] { content.withLock { $0.alarms } }
    func power(ofMeter meter: Int) -> [PowerSample] { content.withLock { $0.power[meter] ?? [] } }
}
