import HardwareInterfaces
import LinuxHardware
import Timekeeping
import UplinkPayload

/// A file of time stamps: in each line the seconds of a pulse, whole or with decimals, and whatever stands behind them (as
/// `gpiomon` prints them). Lines that are empty or begin with # are passed over.
enum PulseRecording {
    private static let longest = 16 << 20
    private static let longestTime = TimeSpan.hours(366 * 24)

    /// - Returns: the times since the first pulse, in their order.
    static func read(_ path: String) throws(HardwareError) -> [TimeSpan] {
        let file = try FileReplay(path: path)
        guard file.pollDescriptor == nil else { throw refusal(path, "this is no file of time stamps") }
        var bytes: [UInt8] = []
        reading: while true {
            switch try file.read(into: &bytes, limit: 1 << 16) {
            case .bytes: guard bytes.count <= longest else { throw refusal(path, "it is longer than 16 MB") }
            case .ended, .nothingYet, .opening: break reading
            }
        }
        return try times(bytes, path)
    }

    private static func times(_ bytes: [UInt8], _ path: String) throws(HardwareError) -> [TimeSpan] {
        var times: [TimeSpan] = []
        var first: Int64?
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            guard let word = line.split(whereSeparator: { $0 <= 0x20 }).first, word.first != UInt8(ascii: "#") else {
                continue
            }
            guard let time = nanoseconds(word) else {
                throw refusal(path, "line \(index + 1) begins with no number of seconds, like 12.5")
            }
            let since = time.subtractingReportingOverflow(first ?? time)
            guard !since.overflow, since.partialValue >= times.last?.nanoseconds ?? 0 else {
                throw refusal(path, "the time in line \(index + 1) is before that of the line above it")
            }
            guard since.partialValue <= longestTime.nanoseconds else {
                throw refusal(path, "the time in line \(index + 1) is more than a year behind the first")
            }
            first = first ?? time
            times.append(.nanoseconds(since.partialValue))
        }
        guard !times.isEmpty else {
            throw refusal(path, "no time stamp is in it: write the seconds of a pulse in each line")
        }
        return times
    }

    private static func nanoseconds(_ word: some Sequence<UInt8>) -> Int64? {
        guard let number = FixedPoint(String(decoding: Array(word), as: UTF8.self)), number.coefficient >= 0 else {
            return nil
        }
        var nanoseconds = number.coefficient
        for _ in 0..<max(0, number.decimals - 9) { nanoseconds /= 10 }
        for _ in 0..<max(0, 9 - number.decimals) {
            let (product, overflow) = nanoseconds.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            nanoseconds = product
        }
        return nanoseconds
    }

    private static func refusal(_ path: String, _ message: String) -> HardwareError {
        HardwareError(.failed(errno: 0), device: path, message: message)
    }
}
