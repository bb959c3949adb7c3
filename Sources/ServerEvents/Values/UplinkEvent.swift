public import Timekeeping

/// An uplink as a network server tells of it, whichever server that is.
public struct UplinkEvent: Hashable, Sendable {
    /// Which device has sent it.
    public var device: DeviceIdentifier
    /// By which the same uplink is known when it comes twice: ChirpStack's deduplication id, or session, counter and bytes.
    public var identity: String
    /// 0 where there was none: MAC commands alone.
    public var port: Int
    /// FCntUp.
    public var counter: UInt32
    /// FRMPayload, deciphered.
    public var payload: [UInt8]
    /// When a gateway heard it, or the server; nil where the message does not say.
    public var receivedAt: UTCInstant?
    /// It waits for an acknowledgement, with which a downlink can ride.
    public var isConfirmed: Bool
    /// Somebody typed it into the server's console.
    public var isSimulated: Bool
    /// How it was received.
    public var radio: Radio
    /// Where the server has the device.
    public var address: DeviceAddress

    /// How it was heard, by the gateway that heard it best.
    public struct Radio: Hashable, Sendable {
        /// The identifier of the gateway that heard it best.
        public var gateway: String?
        /// dBm.
        public var signal: Double?
        /// dB.
        public var noiseRatio: Double?
        /// 7 to 12; nil for what is no LoRa.
        public var spreadingFactor: Int?
        /// Hz.
        public var bandwidth: Int?

        /// What a server says of the reception; nil for what it does not say.
        public init(
            gateway: String? = nil, signal: Double? = nil, noiseRatio: Double? = nil, spreadingFactor: Int? = nil,
            bandwidth: Int? = nil
        ) {
            self.gateway = gateway
            self.signal = signal
            self.noiseRatio = noiseRatio
            self.spreadingFactor = spreadingFactor
            self.bandwidth = bandwidth
        }
    }

    /// An uplink as a server tells of it.
    public init(
        device: DeviceIdentifier, identity: String, port: Int, counter: UInt32, payload: [UInt8],
        receivedAt: UTCInstant?, isConfirmed: Bool = false, isSimulated: Bool = false, radio: Radio = Radio(),
        address: DeviceAddress
    ) {
        self.device = device
        self.identity = identity
        self.port = port
        self.counter = counter
        self.payload = payload
        self.receivedAt = receivedAt
        self.isConfirmed = isConfirmed
        self.isSimulated = isSimulated
        self.radio = radio
        self.address = address
    }
}

/// Where a server keeps a device: what a downlink to it has to name.
public struct DeviceAddress: Hashable, Sendable {
    /// The kind of server.
    public var server: ServerKind
    /// ChirpStack's application id, or The Things Stack's `application`, with `@tenant` where there is one.
    public var application: String
    /// The device's name: ChirpStack's deviceName, The Things Stack's device_id.
    public var name: String

    /// Where a server of this kind has a device.
    public init(server: ServerKind, application: String, name: String) {
        self.server = server
        self.application = application
        self.name = name
    }
}
