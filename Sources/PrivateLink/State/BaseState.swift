public import LoRaWAN
import Timekeeping

/// All that must outlive a restart of the base: it is made durable before the answer that it accounts for, and before the
/// uplink is told to anybody.
public struct BaseState: Hashable, Sendable {
    /// `Region.name` of LoRaWAN.
    public internal(set) var region: String
    /// Of all devices.
    public internal(set) var dataRate: DataRate
    /// By device; one that is configured no longer is kept, for its nonces.
    public internal(set) var devices: [DevEUI: DeviceRecord] = [:]
    /// Names the boot of the board whose clock all instants here are of.
    public internal(set) var bootIdentifier: String
    /// What was sent in each sub-band.
    public internal(set) var ledger: DutyCycleLedger
    /// End of the latest transmission; it may lie some seconds ahead.
    var latestEnd: MonotonicInstant?

    init(configuration: BaseConfiguration, bootIdentifier: String) {
        region = configuration.region.name
        dataRate = configuration.dataRate
        self.bootIdentifier = bootIdentifier
        ledger = DutyCycleLedger(subBands: configuration.region.subBands)
    }
}

/// What is remembered of a device.
public struct DeviceRecord: Hashable, Sendable {
    /// Tells whether the keys were changed since; says nothing of the keys themselves.
    var keyCheck: UInt32
    /// The latest DevNonce that was taken; nil before the first join.
    public internal(set) var lastDevNonce: DevNonce?
    /// JoinNonce of the next join-accept; 2^24 when all are used.
    public internal(set) var nextJoinNonce: UInt32
    /// In use.
    public internal(set) var session: BaseSession?
    /// Of a join-accept that the device may not have heard: it is in use from the first uplink in it on (TS001 6.2.6).
    public internal(set) var joined: BaseSession?

    /// - Parameter firstJoinNonce: drawn, so that a base whose disk is new seldom uses one that the device knows.
    init(keyCheck: UInt32, firstJoinNonce: UInt32) {
        self.keyCheck = keyCheck
        nextJoinNonce = firstJoinNonce
    }
}

/// A session, from the network's side.
public struct BaseSession: Hashable, Sendable {
    /// The device's address.
    public let devAddr: DevAddr
    /// NwkSKey and AppSKey.
    public let keys: SessionKeys
    /// FCntUp of the latest uplink; nil before the first.
    public internal(set) var uplinkCounter: FrameCounter?
    /// FCntDown of the next answer; nil when all are used.
    public internal(set) var downlinkCounter: FrameCounter? = FrameCounter(rawValue: 0)

    init(devAddr: DevAddr, keys: SessionKeys) {
        self.devAddr = devAddr
        self.keys = keys
    }
}

extension BaseState {
    /// How far ahead of the clock a planned answer may end: RXDelay is 15 s at most, and a frame at SF12 takes 2.8.
    private static let farthestPlan = TimeSpan.seconds(20)

    /// The state as this start of the base may use it. After a reboot the stored instants belong to a clock that is gone: the
    /// latest transmission is taken as just over.
    func adopted(by configuration: BaseConfiguration, bootIdentifier: String, at now: MonotonicInstant) -> BaseState {
        var state = self
        let region = configuration.region
        state.bootIdentifier = bootIdentifier
        if self.region != region.name || ledger.windows.count != region.subBands.count {
            state.region = region.name
            state.ledger = DutyCycleLedger(subBands: region.subBands)
            state.latestEnd = nil
            state.dataRate = configuration.dataRate
        }
        if !configuration.movesDataRate || !region.canCarry(state.dataRate) { state.dataRate = configuration.dataRate }
        for (index, band) in region.subBands.enumerated() { state.ledger.windows[index].limit = band.hourlyLimit }
        let isSameBoot =
            self.bootIdentifier == bootIdentifier && (latestEnd.map { $0 <= now + Self.farthestPlan } ?? true)
        if !isSameBoot, let end = state.latestEnd {
            state.ledger.shift(by: now - end)
            state.latestEnd = now
        }
        return state
    }
}
