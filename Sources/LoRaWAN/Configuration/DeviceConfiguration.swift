public import Ciphers
public import Timekeeping

/// What a person decides about the device.
public struct DeviceConfiguration: Hashable, Sendable {
    /// The channel plan, and the law's limits.
    public var region: Region
    /// Who the device is.
    public var devEUI: DevEUI
    /// How it gets a session.
    public var activation: Activation
    /// When it listens.
    public var deviceClass = DeviceClass.a
    /// Whether the network may choose data rate, power and NbTrans.
    public var adr = true
    /// The data rate after a join; nil for that of the join-request that was answered.
    public var dataRate: DataRate?
    /// The channels of a fixed plan that the network listens on; nil for all. A join then goes out on these alone.
    public var channelMask: ChannelMask?
    /// Hundredths of a dBi; 215 is a half-wave whip, as LoRaMac-node assumes.
    public var antennaGain = 215
    /// What the chip can put into the antenna, in dBm; 2 to 17 is PA_BOOST of an SX127x.
    public var conductedPower = 2...17
    /// Air-time for uplinks in any 24 hours; nil for no limit. The Things Network allows 30 s. Join-requests have a
    /// budget of their own (``JoinBudget``).
    public var dailyAirTime: TimeSpan?
    /// DevStatusAns: 0 external power, 1 (empty) to 254 (full), 255 unknown.
    public var battery: UInt8 = 0
    /// No DevNonce below this is used: for a device whose state was lost but whose nonces are remembered elsewhere.
    public var firstDevNonce: UInt32 = 0
    /// Whether a session that the network does not answer is taken as lost and made anew; without it a simulation shows what
    /// that costs.
    public var watchesContact = true
    /// A base of one channel instead of a network; ``join(_:)`` sets it, with all that follows from it.
    public internal(set) var privateNetwork: PrivateNetwork?
    /// What carries the frames, and to which server: a session that was made through one is worth nothing through another.
    public var medium = ""
    /// Whether a certification bench may take the device over through FPort 224 (TS009). Never in the field: the bench
    /// can switch the duty cycle off.
    public var certificationMode = false
    /// Hopping, join times and time-outs are drawn from it; must differ from device to device and start to start.
    public var randomSeed: UInt64

    /// A device of class A with what is usual; the properties change that.
    public init(region: Region, devEUI: DevEUI, activation: Activation, randomSeed: UInt64) {
        self.region = region
        self.devEUI = devEUI
        self.activation = activation
        self.randomSeed = randomSeed
    }

    /// A device that joins over the air.
    public init(region: Region, devEUI: DevEUI, joinEUI: JoinEUI, appKey: AES128Key, randomSeed: UInt64) {
        self.init(
            region: region, devEUI: devEUI, activation: .overTheAir(joinEUI: joinEUI, appKey: appKey),
            randomSeed: randomSeed)
    }
}

/// When the device listens (TS001, classes A and C). Class B is not built.
public enum DeviceClass: Hashable, Sendable {
    /// In two windows after each uplink.
    case a
    /// In RX2 at all times but while it sends and during RX1: for devices with external power.
    case c
}
