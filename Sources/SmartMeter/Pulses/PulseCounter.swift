public import MeterValues
public import Timekeeping

/// Counts the pulses of one input from the kernel's time stamps of its edges, and shows them as registers.
public struct PulseCounter: Sendable {
    /// What is kept in the store. A power cut loses the pulses while off, and those since it was saved.
    public struct State: Hashable, Sendable, Codable {
        /// Pulses since the start value.
        public fileprivate(set) var pulses: Int64 = 0
        /// Thousandths of the unit that the meter showed when `pulses` was 0.
        fileprivate var start: Int64
    }

    /// What a pulse is worth.
    public let input: PulseInput
    /// What has to be kept.
    public private(set) var state: State

    /// The level that lasted long enough to be believed.
    private var believed = false
    /// The level since the last edge, and since when.
    private var level = false
    private var since: MonotonicInstant?
    private var lastPulse: MonotonicInstant?
    /// Nanoseconds between the last two pulses.
    private var distance: Int64?

    /// - Parameters:
    ///   - input: what a pulse is worth, and where the count begins.
    ///   - saved: what was kept of this input. When another start value was configured since, the count begins anew from
    ///     that.
    public init(_ input: PulseInput, saved: State? = nil) {
        self.input = input
        let fresh = State(start: input.start.coefficient)
        let isUsable = saved.map { $0.start == fresh.start && $0.pulses >= 0 } ?? false
        state = isUsable ? saved ?? fresh : fresh
    }

    /// Takes an edge, in the order of their time stamps.
    /// - Parameters:
    ///   - active: whether the input is active from now on: LED lit, S0 contact closed.
    ///   - time: the kernel's time stamp of the edge.
    /// - Returns: whether a pulse was counted, which shows with the edge that follows its first.
    @discardableResult
    public mutating func edge(active: Bool, at time: MonotonicInstant) -> Bool {
        let counted = settle(at: time)
        // When an edge was lost, the same level comes again; a level that lasted unseen is not believed.
        if active != level {
            level = active
            since = time
        }
        return counted
    }

    /// Believes the present level once it has lasted.
    /// - Returns: whether that is a pulse.
    @discardableResult
    public mutating func settle(at now: MonotonicInstant) -> Bool {
        guard let since, level != believed, now.nanoseconds &- since.nanoseconds >= input.debounce.nanoseconds else {
            return false
        }
        believed = level
        guard level else { return false }
        state.pulses = state.pulses == .max ? .max : state.pulses + 1
        distance = lastPulse.map { max(1, since.nanoseconds &- $0.nanoseconds) }
        lastPulse = since
        return true
    }

    /// The registers now: the count, and the power from the distance of the last two pulses. When the next pulse is
    /// later than that distance, the power is at most what it would be if the pulse came now.
    public mutating func reading(at time: UTCInstant, now: MonotonicInstant) -> Reading {
        settle(at: now)
        var quantities = [
            input.code: Quantity(coefficient: thousandths, decimals: PulseInput.decimals, unit: input.unit)
        ]
        if let code = input.powerCode, let watts = watts(at: now) {
            quantities[code] = Quantity(coefficient: watts, decimals: 3, unit: .kilowatt)
        }
        return Reading(time: time, quantities: quantities)
    }

    /// Start value and pulses, rounded down.
    private var thousandths: Int64 {
        let counted = Int128(state.pulses) * 1_000 / Int128(input.pulsesPerUnit)
        return Int64(clamping: counted + Int128(state.start))
    }

    private func watts(at now: MonotonicInstant) -> Int64? {
        guard let distance, let lastPulse else { return nil }
        let waited = max(distance, now.nanoseconds &- lastPulse.nanoseconds)
        // 1 kWh is 3.6 x 10^15 watt-nanoseconds.
        return Int64(clamping: Int128(3_600_000_000_000_000) / (Int128(input.pulsesPerUnit) * Int128(waited)))
    }
}
