import Timekeeping

/// All that must outlive a restart (TR007 2.3): it is made durable before each transmission that it accounts for.
public struct DeviceState: Hashable, Sendable {
    /// Whose state it is: it is refused for another device.
    public let devEUI: DevEUI
    /// Zero for a device that never joins.
    public internal(set) var joinEUI: JoinEUI
    /// ``Region/name``.
    public internal(set) var region: String
    /// Tells whether the root key was changed since; says nothing of the key itself.
    var keyCheck: UInt32
    /// DevNonce of the next join-request; 65 536 when all are used.
    public internal(set) var nextDevNonce: UInt32
    /// The latest JoinNonces that were accepted, newest last.
    var joinNonces: [JoinNonce] = []
    /// Nil before the first join.
    public internal(set) var session: Session?
    /// ``DeviceConfiguration/medium`` that the session was made through; empty in a state of an older version.
    var medium: String
    /// When the network was last heard, in this session or the one before.
    public internal(set) var contact = NetworkContact()

    /// Names the boot of the board whose clock all instants here are of.
    public internal(set) var bootIdentifier: String
    /// What was sent in each sub-band.
    public internal(set) var ledger: DutyCycleLedger
    /// The daily air-time; nil when there is none.
    public internal(set) var dailyAirTime: AirTimeWindow?
    /// What join-requests have cost.
    public internal(set) var joinBudget = JoinBudget()
    /// A certification bench has closed FPort 224 (TS009, DutFPort224DisableReq).
    public internal(set) var isCertificationOver = false
    /// The latest transmission of any kind, for MaxDutyCycle.
    var latest: LatestTransmission?

    struct LatestTransmission: Hashable, Sendable {
        var end: MonotonicInstant
        var airTime: TimeSpan
        /// Index in ``Region/subBands``.
        var subBand: Int
        /// It may have ended later than planned: its end was never reported.
        var isOpen: Bool
        /// It is the last entry of ``DeviceState/dailyAirTime``.
        var countsDaily: Bool
        /// A LoRa frame ends in the chip, whatever becomes of this process. After an FSK packet the chip sends its preamble
        /// on, and a carrier has no end at all, until somebody changes the mode (SX1276 datasheet 4.2.12 and 4.2.13.3).
        var endsByItself = true
    }

    /// How many accepted JoinNonces are remembered. A server counts them up (TS001 6.2.6), but starts again when a
    /// device is registered anew; so a repeated one is refused and a lower one is not.
    static let rememberedJoinNonces = 16

    /// The state of a device that has never spoken.
    init(configuration: DeviceConfiguration, keyCheck: UInt32, bootIdentifier: String) {
        devEUI = configuration.devEUI
        joinEUI = configuration.joinEUI
        region = configuration.region.name
        medium = configuration.medium
        self.keyCheck = keyCheck
        nextDevNonce = configuration.firstDevNonce
        self.bootIdentifier = bootIdentifier
        ledger = DutyCycleLedger(subBands: configuration.region.subBands)
        dailyAirTime = configuration.dailyAirTime.map { AirTimeWindow(length: .hours(24), limit: $0) }
    }
}
