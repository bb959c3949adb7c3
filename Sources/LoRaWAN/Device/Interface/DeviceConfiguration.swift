public import Ciphers
public import Timekeeping

/// What a person decides about the device.
public struct DeviceConfiguration: Hashable, Sendable {
    public var region: Region
    public var devEUI: DevEUI
    public var joinEUI: JoinEUI
    /// The root key, AppKey in 1.0.x.
    public var appKey: AES128Key
    /// Whether the network may choose data rate, power and NbTrans.
    public var adr = true
    /// The data rate after a join; nil for that of the join-request that was answered.
    public var dataRate: DataRate?
    /// Hundredths of a dBi; 215 is a half-wave whip, as LoRaMac-node assumes.
    public var antennaGain = 215
    /// What the chip can put into the antenna, in dBm; 2 to 17 is PA_BOOST of an SX127x.
    public var conductedPower = 2...17
    /// Air-time for uplinks in any 24 hours; nil for no limit. The Things Network allows 30 s. Join-requests have a
    /// budget of their own (``JoinBudget``).
    public var networkPurse: TimeSpan?
    /// DevStatusAns: 0 external power, 1 (empty) to 254 (full), 255 unknown.
    public var battery: UInt8 = 0
    /// No DevNonce below this is used: for a device whose state was lost but whose nonces are remembered elsewhere.
    public var firstDevNonce: UInt32 = 0
    /// Hopping, join times and time-outs are drawn from it; must differ from device to device and start to start.
    public var randomSeed: UInt64

    public init(region: Region, devEUI: DevEUI, joinEUI: JoinEUI, appKey: AES128Key, randomSeed: UInt64) {
        self.region = region
        self.devEUI = devEUI
        self.joinEUI = joinEUI
        self.appKey = appKey
        self.randomSeed = randomSeed
    }
}
