import MeterValues
package import Timekeeping
package import UplinkPayload

/// What waits to be sent and comes from nowhere again: a restart must not forget it.
package struct WaitingUplinks: Hashable, Sendable, Codable {
    package struct WaitingAlarm: Hashable, Sendable, Codable {
        package var alarm: Alarm
        /// How often it was sent.
        package var attempts: Int

        package init(alarm: Alarm, attempts: Int) {
            self.alarm = alarm
            self.attempts = attempts
        }
    }

    /// Quarter-hours that a downlink asked for.
    struct Request: Hashable, Sendable, Codable {
        var report: Int
        var meter: Int
        var from: QuarterHour
        var to: QuarterHour
    }

    var answers: [[UInt8]] = []
    /// In the order in which they happened.
    package var alarms: [WaitingAlarm] = []
    var requests: [Request] = []
    /// A downlink has ordered a new join.
    package var rejoin = false

    package init() {}
}

extension WaitingUplinks {
    /// - Parameter isFirst: before what waits already.
    package mutating func add(_ uplink: DueUplink, attempts: Int, isFirst: Bool = false) {
        switch uplink.content {
        case .reply(let frame): answers.insert(frame, at: isFirst ? 0 : answers.count)
        case .alarm(let alarm):
            alarms.insert(.init(alarm: alarm, attempts: attempts), at: isFirst ? 0 : alarms.count)
        case .backfill(_, let from, let to):
            guard let report = uplink.report, let meter = uplink.meter else { return }
            requests.append(Request(report: report, meter: meter, from: from, to: to))
        case .readings, .intervals, .health, .page: break
        }
    }
}
