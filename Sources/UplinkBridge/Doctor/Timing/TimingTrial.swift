import HardwareInterfaces
import LinuxHardware
package import Timekeeping

/// How late the radio's thread wakes up, at rest and while every core is busy, with and without real-time priority.
package struct TimingTrial: Sendable {
    package let isLoaded: Bool
    /// Whether real-time priority was asked for.
    package let wantsRealtime: Bool
    /// Whether it was granted.
    package let isRealtime: Bool
    /// What was asked for and not granted.
    package let losses: [String]
    package let figures: LatenessFigures

    /// The four trials, one after the other.
    /// - Parameters:
    ///   - count: waits in each.
    ///   - period: from one wait to the next.
    ///   - announce: called before each.
    package static func all(
        count: Int, period: TimeSpan, announce: (_ isLoaded: Bool, _ wantsRealtime: Bool) -> Void = { _, _ in }
    ) async throws -> [TimingTrial] {
        var trials: [TimingTrial] = []
        for isLoaded in [false, true] {
            let load = isLoaded ? try BusyCores() : nil
            defer { load?.stop() }
            for wantsRealtime in [true, false] {
                announce(isLoaded, wantsRealtime)
                let (latenesses, privileges) = try await WakeUpTrial.run(
                    count: count, period: period, realtime: wantsRealtime)
                trials.append(
                    TimingTrial(
                        isLoaded: isLoaded, wantsRealtime: wantsRealtime, isRealtime: privileges.realtimeScheduling,
                        losses: wantsRealtime ? privileges.losses : [], figures: LatenessFigures(latenesses)))
            }
        }
        return trials
    }
}
