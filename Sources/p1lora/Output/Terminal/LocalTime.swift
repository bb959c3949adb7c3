import Glibc
import Timekeeping

/// An instant as a person reads it: by the machine's time zone, with UTC behind it.
enum LocalTime {
    /// "2026-11-28 12:05:09 CET (11:05:09 UTC)"; UTC alone where that is the zone.
    static func text(_ time: UTCInstant) -> String {
        var seconds = time_t(time.nanoseconds / 1_000_000_000)
        var parts = tm()
        guard localtime_r(&seconds, &parts) != nil, parts.tm_gmtoff != 0 else { return "\(time)" }
        var buffer = [CChar](repeating: 0, count: 64)
        let count = strftime(&buffer, buffer.count, "%Y-%m-%d %H:%M:%S %Z", &parts)
        let local = String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return "\(local) (\(time.description.dropFirst(11).prefix(8)) UTC)"
    }

    /// - Parameter written: as the status has it, 2026-11-28T11:05:09Z.
    static func text(_ written: String) -> String {
        let numbers = written.split { !$0.isNumber }.prefix(6).compactMap { Int($0) }
        guard numbers.count == 6,
            let time = UTCInstant(
                year: numbers[0], month: numbers[1], day: numbers[2], hour: numbers[3], minute: numbers[4],
                second: numbers[5])
        else { return written }
        return text(time)
    }
}
