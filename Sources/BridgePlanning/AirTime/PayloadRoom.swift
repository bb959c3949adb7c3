package import LoRaWAN
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

/// The last room that was asked for: it takes the air-time of each length, and is mostly the same.
package struct LastRoom {
    private var last: (room: PayloadRoom, marks: [TimeSpan], dataRate: DataRate?)?

    /// A step of air-time is at most so many bytes (SF12 with the low data rate's optimization, 4/5: 5 bytes).
    private static let longestStep = 6

    package init() {}

    /// - Parameters:
    ///   - largest: bytes of FRMPayload.
    ///   - dataRate: that of the next uplink.
    ///   - airTime: of a payload.
    package mutating func room(
        largest: Int, dataRate: DataRate?, airTime: (Int) -> TimeSpan
    ) -> PayloadRoom {
        // What the MAC adds moves the steps, which the first and the last length may not show; repetitions change all.
        let marks = (1...Self.longestStep).map(airTime) + [airTime(largest)]
        if let last, last.room.largest == largest, last.marks == marks, last.dataRate == dataRate { return last.room }
        let room = PayloadRoom(largest: largest, airTime: airTime)
        last = (room, marks, dataRate)
        return room
    }
}
