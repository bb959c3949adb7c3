public import Timekeeping

/// Air-time that requests may take of a gateway, which is under the law of its band as devices are: 10 % in the window of
/// 869.525 MHz, 1 % in the others, and acknowledgements and joins want most of it.
public struct GatewayBudget: Hashable, Sendable {
    /// For all devices behind one gateway, in an hour: half of 1 %.
    public static let hourly = TimeSpan.seconds(18)

    private var spent: [String: [Spending]] = [:]

    private struct Spending: Hashable, Sendable {
        let at: UTCInstant
        let time: TimeSpan
    }

    /// Of a gateway that has sent nothing.
    public init() {}

    /// Takes what a downlink needs.
    /// - Parameters:
    ///   - time: on the air (``airTime(payload:spreadingFactor:)``).
    ///   - gateway: that heard the device best; nil for one that nobody names, which has a budget too.
    ///   - now: the hour before it counts.
    /// - Returns: false when the hour has no more: to be tried again later.
    public mutating func spend(_ time: TimeSpan, of gateway: String?, at now: UTCInstant) -> Bool {
        let name = gateway ?? ""
        var mine = spent[name, default: []].filter { $0.at > now - .hours(1) }
        let sum = mine.reduce(TimeSpan.zero) { $0 + $1.time }
        defer { spent[name] = mine }
        guard sum + time <= Self.hourly else { return false }
        mine.append(Spending(at: now, time: time))
        return true
    }

    /// Air-time of a downlink at 125 kHz (Semtech AN1200.13), with coding rate 4/5 and the 13 bytes around its payload.
    public static func airTime(payload: Int, spreadingFactor: Int) -> TimeSpan {
        let factor = Int64(min(12, max(7, spreadingFactor)))
        let optimized: Int64 = factor >= 11 ? 2 : 0
        // Downlinks have no CRC.
        let bits = 8 * Int64(payload + 13) - 4 * factor + 28
        let blocks = max(0, (bits + 4 * (factor - optimized) - 1) / (4 * (factor - optimized)))
        let quarterSymbols = 4 * (8 + blocks * 5 + 8) + 17
        return .microseconds(quarterSymbols * (1 << factor) * 2)
    }
}
