/// What the device catalogues of network servers have to know of a bridge beside its codec.
public struct DeviceModel: Hashable, Sendable {
    /// As the configuration names it: "EU868", "AS923-2".
    public var region: String
    /// It listens at all times.
    public var isClassC: Bool
    /// The region's greatest radiated power in dBm.
    public var maximumPower: Int

    public init(region: String, isClassC: Bool, maximumPower: Int) {
        self.region = region
        self.isClassC = isClassC
        self.maximumPower = maximumPower
    }

    /// Seconds that a server waits for the answer to a confirmed downlink of class C.
    static let classCTimeout = 10

    /// A key of `profiles` in TheThingsNetwork/lorawan-devices (`regionToBandID` of lorawan-stack).
    var thingsStackRegion: String {
        switch region {
        case "EU868": "EU863-870"
        case "US915": "US902-928"
        case "AU915": "AU915-928"
        case "KR920": "KR920-923"
        case "IN865": "IN865-867"
        case "RU864": "RU864-870"
        // Japan has no band of its own there.
        case "AS923-JP": "AS923"
        case let other: other
        }
    }

    /// The CommonName of ChirpStack.
    var chirpStackRegion: String {
        region == "AS923-JP" ? "AS923" : region.split(separator: "-").joined(separator: "_")
    }

    /// The last digits of an identifier that other regions and classes do not have.
    var mark: String {
        var hash: UInt32 = 0x811C_9DC5
        for byte in "\(region) \(isClassC ? "C" : "A")".utf8 { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
