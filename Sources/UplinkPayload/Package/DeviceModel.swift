/// What the device catalogues of network servers have to know of a bridge beside its codec.
public struct DeviceModel: Hashable, Sendable {
    /// As the configuration names it: "EU868", "AS923-2".
    public var region: String
    /// A key of `profiles` in TheThingsNetwork/lorawan-devices.
    public var thingsStackRegion: String
    /// The CommonName of ChirpStack.
    public var chirpStackRegion: String
    /// It listens at all times.
    public var isClassC: Bool
    /// The region's greatest radiated power in dBm.
    public var maximumPower: Int

    /// What the packages of network servers say of the device; `maximumPower` in dBm ERP or EIRP as the region has it.
    public init(
        region: String, thingsStackRegion: String, chirpStackRegion: String, isClassC: Bool, maximumPower: Int
    ) {
        self.region = region
        self.thingsStackRegion = thingsStackRegion
        self.chirpStackRegion = chirpStackRegion
        self.isClassC = isClassC
        self.maximumPower = maximumPower
    }

    /// Seconds that a server waits for the answer to a confirmed downlink of class C.
    static let classCTimeout = 10

    /// The last digits of an identifier that other regions and classes do not have.
    var mark: String {
        var hash: UInt32 = 0x811C_9DC5
        for byte in "\(region) \(isClassC ? "C" : "A")".utf8 { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
