import Foundation

/// A campaign of random cases, each drawn from a seed: the first ones are always the same, the others are new in each run, as many
/// as its time has room for.
public enum RandomCampaign {
    /// Seconds for the cases behind the first. `P1LORA_BUDGET` sets it for all campaigns.
    public static let budget: Double =
        ProcessInfo.processInfo.environment["P1LORA_BUDGET"].flatMap { Double($0) } ?? 2

    /// - Parameters:
    ///   - fixed: cases that every run has, with the seeds from 0 on.
    ///   - run: one case. Its messages should name the seed, by which it can be run again.
    /// - Returns: how many cases there were.
    @discardableResult
    public static func run(fixed: UInt64, _ run: (UInt64) throws -> Void) rethrows -> Int {
        for seed in 0..<fixed { try run(seed) }
        let end = ContinuousClock.now + .seconds(budget)
        var count = Int(fixed)
        while ContinuousClock.now < end {
            try run(UInt64.random(in: fixed...0xFFFF_FFFF))
            count += 1
        }
        return count
    }
}
