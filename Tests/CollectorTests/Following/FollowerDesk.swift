import Collector
import CollectorStore
import Foundation
import LoadProfile
import MeterValues
import ServerEvents
import Synchronization
import Testing
import Timekeeping

/// A collector whose store is followed.
final class FollowerDesk: Sendable {
    let bench: CollectorBench
    let clock = TestClock()
    let store: any ProfileStore
    let told = Mutex<[String]>([])
    /// The day of the first report.
    static let start = QuarterHour(startOfDay: 2_520)

    init(_ text: String = "") throws {
        bench = try CollectorBench(CollectorBench.smallest + "\n" + text)
        store = try bench.store()
        clock.set(utc: Self.start.time + .hours(48))
    }

    /// A report whose first register is at each boundary from one on what a list says.
    func report(from number: Int64, _ values: [Int64?], counter: UInt32) throws {
        let newest = QuarterHour(number: Self.start.number + number + Int64(values.count) - 1)
        let payload = try bench.payload(newest: newest, [values, values.map { $0.map { _ in 9_000 } }])
        let uplink = bench.uplink(payload, counter: counter, at: newest.time + .seconds(9))
        var intake = Intake(store, fleets: bench.configuration.fleets)
        intake.take(Array(uplink.json.utf8), event: "up", at: clock.utc)
        try intake.commit()
    }

    func following(_ follower: any Follower, name: String) -> Following {
        Following(follower, name: name, store: store, clock: clock) { [self] event in
            told.withLock { $0.append("\(event)") }
        }
    }

    /// Long enough for all that waits.
    func serve(_ following: Following) {
        for _ in 0..<10 {
            clock.advance(.minutes(6))
            following.poll()
        }
    }
}
