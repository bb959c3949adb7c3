import HardwareInterfaces
import LoRaWAN
import Timekeeping

/// When a module may join, and on what.
struct ModuleJoin {
    private let region: Region
    private var random: any RandomSource
    private(set) var notBefore: MonotonicInstant?
    private(set) var dataRate = DataRate(0)
    private var failures = 0
    private var renewal = Renewal.none
    /// The session is taken up again after a join-request beside it, and nobody need be told.
    private var isReturning = false

    private enum Renewal {
        case none
        /// By the data rate of the join-request.
        case slowest, any
    }

    /// MHDR, JoinEUI, DevEUI, DevNonce, MIC (TS001 6.2.5).
    static let requestLength = 23

    /// Groups of channels in a fixed plan.
    private static let groups = 8

    init(region: Region, random: any RandomSource) {
        self.region = region
        self.random = random
    }

    /// In a fixed plan the firmware takes SF10 and the wide channels in turns, whatever it is told.
    mutating func drawDataRate() {
        let rates = region.plan == .dynamic ? region.joinDataRates : Array(region.joinDataRates.prefix(1))
        dataRate = rates.isEmpty ? DataRate(0) : rates[Int(random.next() % UInt64(rates.count))]
        if renewal == .slowest, let slowest = rates.min() { dataRate = slowest }
    }

    /// Of a fixed plan the network listens on a group of eight and one: each attempt takes the next group, the one of
    /// most networks (the second) first. nil in a dynamic plan.
    var channels: ChannelMask? {
        guard region.plan != .dynamic else { return nil }
        // Each round begins one further, lest the same groups be called on their narrow channels each time.
        let turn = (failures + failures / Self.groups) % Self.groups
        let group = [1, 0, 2, 3, 4, 5, 6, 7][turn]
        return 0xFF << ChannelMask(8 * group) | 1 << ChannelMask(64 + group)
    }

    // MARK: Beside a session

    /// A join-request goes out beside the session, which is kept until it is answered.
    var isRenewal: Bool { renewal != .none }

    mutating func beginRenewal(isSlowest: Bool) {
        renewal = isSlowest ? .slowest : .any
        notBefore = nil
    }

    mutating func endRenewal() { renewal = .none }

    /// It was not answered: the session goes on.
    mutating func returnToSession() {
        (renewal, notBefore) = (.none, nil)
        isReturning = true
    }

    /// Whether the session that is there now is the one before such a join-request; once.
    mutating func takeReturn() -> Bool {
        defer { isReturning = false }
        return isReturning
    }

    // MARK: Pace

    mutating func wait(until instant: MonotonicInstant) { notBefore = instant }

    mutating func wasAccepted() { (failures, notBefore) = (0, nil) }

    /// Half a minute, doubled to an hour, and by chance half as long or half as long again, so that a street of devices
    /// does not call together. In a fixed plan all groups of channels are tried before it is doubled.
    mutating func pauseAfterDenial() -> TimeSpan {
        let rounds = region.plan == .dynamic ? failures : failures / Self.groups
        let base = TimeSpan.seconds(30) * Int64(1 << min(rounds, 7))
        failures += 1
        return base / 2 + base * Int64(random.next() % 1_001) / 1_000
    }
}
