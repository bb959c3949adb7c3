package import LoRaWAN
import RadioDrivers
package import Timekeeping

/// What a series of measured latenesses amounts to.
package struct LatenessFigures: Sendable {
    package let count: Int
    package let p50: TimeSpan
    package let p99: TimeSpan
    package let p999: TimeSpan
    package let worst: TimeSpan
    /// How many were at most as late as the bound of the same index, and more than the one before; then those beyond
    /// all.
    package let histogram: [Int]
    /// What the driver makes of it: how many symbols a window lasts, and how long that is, SF7 to SF12 at 125 kHz.
    package let windows: [(modulation: Modulation, symbols: Int, length: TimeSpan)]

    package static let bounds: [TimeSpan] = [10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000]
        .map { .microseconds($0) }

    package init(_ latenesses: [TimeSpan]) {
        let sorted = latenesses.sorted()
        /// The smallest that so many of a thousand do not exceed.
        func quantile(_ permille: Int) -> TimeSpan {
            sorted.isEmpty ? .zero : sorted[max(0, (sorted.count * permille + 999) / 1_000 - 1)]
        }
        count = sorted.count
        p50 = quantile(500)
        p99 = quantile(990)
        p999 = quantile(999)
        worst = quantile(1_000)
        var histogram = [Int](repeating: 0, count: Self.bounds.count + 1)
        for lateness in sorted { histogram[Self.bounds.firstIndex { lateness <= $0 } ?? Self.bounds.count] += 1 }
        self.histogram = histogram
        var lateness = WindowLateness()
        if let last = sorted.last { lateness.note(last) }
        windows = (7...12).compactMap { factor in
            Modulation(spreadingFactor: factor, bandwidth: .khz125).map {
                let symbols = SX127x.windowSymbols(of: $0, after: lateness)
                return ($0, symbols, AirTime.symbol(of: $0) * Int64(symbols))
            }
        }
    }
}
