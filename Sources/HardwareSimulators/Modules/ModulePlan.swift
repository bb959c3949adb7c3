/// The band that a module was made for, as its firmware has it: tables of its own (DS40001784 and DS40001811).
package struct ModulePlan: Hashable, Sendable {
    /// What `mac reset` must be given.
    let resetArguments: [String]
    /// Carriers after `mac reset`, in hertz; behind them `capacity` leaves room for the network's.
    let carriers: [Int]
    let capacity: Int
    /// `mac set ch freq` takes these; none in a fixed plan.
    let settable: ClosedRange<Int>?
    /// SF and bandwidth by data rate.
    let modulations: [(factor: Int, bandwidth: Int)?]
    /// Bytes of payload by data rate.
    let payloadLimits: [Int]
    let receive2: (frequency: Int, dataRate: Int)
    /// The data rates of narrow channels.
    let narrowRates: ClosedRange<Int>

    package static let eu868 = ModulePlan(
        resetArguments: ["868"], carriers: [868_100_000, 868_300_000, 868_500_000], capacity: 16,
        settable: 863_000_000...870_000_000,
        modulations: narrow([12, 11, 10, 9, 8, 7]) + [(7, 250_000)],
        payloadLimits: [51, 51, 51, 115, 222, 222, 222, 222],
        receive2: (869_525_000, 0), narrowRates: 0...5)

    package static let us915 = fixed(
        from: 902_300_000, wide: 903_000_000, modulations: narrow([10, 9, 8, 7]) + [(8, 500_000), nil, nil, nil],
        limits: [11, 53, 125, 242, 242], narrowRates: 0...3)

    package static let au915 = fixed(
        from: 915_200_000, wide: 915_900_000, modulations: narrow([12, 11, 10, 9, 8, 7]) + [(8, 500_000), nil],
        limits: [51, 51, 51, 115, 242, 242, 242], narrowRates: 0...5)

    static let au915of2016 = fixed(
        from: 915_200_000, wide: 915_900_000, modulations: narrow([10, 9, 8, 7]) + [(8, 500_000), nil, nil, nil],
        limits: [11, 53, 129, 242, 242], narrowRates: 0...3)

    private static func fixed(
        from first: Int, wide: Int, modulations: [(factor: Int, bandwidth: Int)?], limits: [Int],
        narrowRates: ClosedRange<Int>
    ) -> ModulePlan {
        ModulePlan(
            resetArguments: [],
            carriers: (0..<64).map { first + 200_000 * $0 } + (0..<8).map { wide + 1_600_000 * $0 }, capacity: 72,
            settable: nil,
            modulations: modulations + [12, 11, 10, 9, 8, 7].map { ($0, 500_000) }, payloadLimits: limits,
            receive2: (923_300_000, 8), narrowRates: narrowRates)
    }

    private static func narrow(_ factors: [Int]) -> [(factor: Int, bandwidth: Int)?] {
        factors.map { ($0, 125_000) }
    }

    var isFixed: Bool { settable == nil }

    func modulation(_ dataRate: Int) -> (factor: Int, bandwidth: Int)? {
        modulations.indices.contains(dataRate) ? modulations[dataRate] : nil
    }

    /// Data rates of a channel after `mac reset`.
    func dataRates(ofChannel index: Int) -> ClosedRange<Int> {
        index < 64 ? narrowRates : narrowRates.upperBound + 1...narrowRates.upperBound + 1
    }

    /// RX1: its carrier, and its data rate (RP002 2.4.7, 2.5.7, 2.8.7).
    func receive1(channel: Int, frequency: Int, dataRate: Int, offset: Int) -> (frequency: Int, dataRate: Int) {
        guard isFixed else { return (frequency, max(0, dataRate - offset)) }
        let count = narrowRates.count
        let unshifted = dataRate >= count ? 14 : 14 - count + dataRate
        return (923_300_000 + 600_000 * (channel % 8), max(8, min(13, unshifted - offset)))
    }

    package static func == (lhs: Self, rhs: Self) -> Bool {
        lhs.carriers == rhs.carriers && lhs.narrowRates == rhs.narrowRates
    }
    package func hash(into hasher: inout Hasher) { hasher.combine(carriers) }
}
