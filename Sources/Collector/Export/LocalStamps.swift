import LoadProfile
import MeterValues
import Timekeeping

/// Times as `LocalTime` writes them, for boundaries in their order: a day's text is made once, and hours and minutes are
/// written over.
struct LocalStamps {
    private let time: LocalTime
    /// The day of UTC in which the zone has one offset alone.
    private var day: Int64?
    private var offset: Int64 = 0
    private var localDay: Int64?
    private var text: [UInt8] = []

    init(_ time: LocalTime) { self.time = time }

    /// Where hours and minutes stand in "2026-11-23T01:15:00+01:00".
    private static let (hours, minutes) = (11, 14)

    mutating func append(_ boundary: QuarterHour, to bytes: inout [UInt8]) {
        if boundary.day != day {
            let (first, last) = (QuarterHour(startOfDay: boundary.day), QuarterHour(startOfDay: boundary.day + 1))
            offset = Int64(time.offset(at: first.time))
            guard Int64(time.offset(at: last.time)) == offset else {
                (day, localDay) = (nil, nil)
                bytes += Array(time.text(boundary.time).utf8)
                return
            }
            (day, localDay) = (boundary.day, nil)
        }
        let seconds = boundary.number * 900 + offset
        let number = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        if number != localDay {
            text = Array(time.text(boundary.time).utf8)
            localDay = number
        }
        let rest = Int(seconds - number * 86_400) / 60
        write(rest / 60, at: Self.hours)
        write(rest % 60, at: Self.minutes)
        bytes += text
    }

    private mutating func write(_ number: Int, at place: Int) {
        text[place] = 48 + UInt8(number / 10)
        text[place + 1] = 48 + UInt8(number % 10)
    }
}
