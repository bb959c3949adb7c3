package import Timekeeping

/// What the next uplink may carry. Air-time grows in steps, and bytes up to the end of a step cost nothing.
package struct PayloadRoom: Hashable, Sendable {
    /// Bytes of FRMPayload.
    package let largest: Int
    /// The longest payload of each step of air-time, in ascending order; the last is ``largest``.
    package let steps: [Int]
    private let airTimes: [TimeSpan]

    /// - Parameter airTime: of a payload.
    package init(largest: Int, airTime: (Int) -> TimeSpan) {
        self.largest = largest
        var (steps, airTimes): ([Int], [TimeSpan]) = ([], [])
        var next = airTime(1)
        for count in stride(from: 1, through: largest, by: 1) {
            let own = next
            next = count < largest ? airTime(count + 1) : .hours(24)
            if next > own {
                steps.append(count)
                airTimes.append(own)
            }
        }
        (self.steps, self.airTimes) = (steps, airTimes)
    }

    /// More boundaries never fit: each takes a few bits.
    var mostQuarters: Int { largest * 4 }

    /// How many of the steps take no more than this.
    func stepCount(within span: TimeSpan) -> Int { airTimes.lastIndex { $0 <= span }.map { $0 + 1 } ?? 0 }
}
