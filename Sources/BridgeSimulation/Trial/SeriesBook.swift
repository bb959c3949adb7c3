import HardwareSimulators
import MeterValues
package import Timekeeping
import UplinkPayload

/// How the server came to know a quarter-hour; the later of two is the worse.
package enum DeliveryPath: Int, Comparable {
    /// By the first report after its end.
    case atOnce
    /// By a later report that carried it again.
    case overlap
    /// By what was asked for.
    case backfill

    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
}

/// What a register showed, and what has come of it: for each quarter-hour since the start of the simulation.
package struct SeriesBook {
    /// What came of a quarter-hour.
    package struct Arrival {
        package let path: DeliveryPath
        package let at: UTCInstant
    }

    /// At the boundaries, from the start on.
    package private(set) var boundaries: [Int64] = []
    /// Those that the bridge read.
    var read: Set<Int> = []
    /// The number of the report that carried a quarter-hour first, whether it was heard or not.
    private var firstReports: [Int?] = []
    private(set) var arrivals: [Arrival?] = []

    /// The register at the next boundary.
    mutating func measure(_ value: Int64) {
        boundaries.append(value)
        guard boundaries.count > 1 else { return }
        firstReports.append(nil)
        arrivals.append(nil)
    }

    mutating func note(sent quarter: Int, inReport report: Int) {
        guard firstReports.indices.contains(quarter), firstReports[quarter] == nil else { return }
        firstReports[quarter] = report
    }

    /// - Parameter report: its number; nil when it was asked for.
    mutating func note(heard quarter: Int, inReport report: Int?, at time: UTCInstant) {
        guard arrivals.indices.contains(quarter), arrivals[quarter] == nil else { return }
        let path: DeliveryPath = report.map { $0 == firstReports[quarter] ? .atOnce : .overlap } ?? .backfill
        arrivals[quarter] = Arrival(path: path, at: time)
    }

    /// What a decoder must say of the time between two boundaries.
    /// - Parameter step: of the field, in whole units: registers are rounded down to it.
    func use(from first: Int, to last: Int, step: Int64) -> Int64? {
        guard boundaries.indices.contains(first), boundaries.indices.contains(last), step > 0 else { return nil }
        // Another meter: there is nothing to be told.
        guard boundaries[last] >= boundaries[first] else { return nil }
        return (boundaries[last] / step - boundaries[first] / step) * step
    }

    func register(at boundary: Int, step: Int64) -> Int64? {
        boundaries.indices.contains(boundary) && step > 0 ? boundaries[boundary] / step * step : nil
    }
}
