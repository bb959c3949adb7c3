/// How a frame is modulated (RP002, data rates).
public enum Modulation: Hashable, Sendable {
    /// LoRa, by spreading factor and bandwidth.
    case lora(LoRa)
    /// GFSK at 50 kbit/s with 25 kHz of deviation: preamble of 5 bytes, sync word C194C1, a length byte, whitening and a
    /// CRC of 2 bytes in both directions (RP002, "preamble format"; LoRaMac-node).
    case fsk

    /// Chirps.
    public struct LoRa: Hashable, Sendable {
        /// 7 to 12.
        public let spreadingFactor: Int
        /// Of the chirps.
        public let bandwidth: Bandwidth

        /// - Parameters:
        ///   - spreadingFactor: moved into 7 to 12.
        ///   - bandwidth: 125, 250 or 500 kHz.
        public init(spreadingFactor: Int, bandwidth: Bandwidth) {
            self.spreadingFactor = max(7, min(spreadingFactor, 12))
            self.bandwidth = bandwidth
        }
    }

    /// Kilohertz.
    public enum Bandwidth: Int, Hashable, Sendable, CaseIterable {
        /// 125 kHz.
        case khz125 = 125_000
        /// 250 kHz.
        case khz250 = 250_000
        /// 500 kHz.
        case khz500 = 500_000

        /// In hertz.
        public var hertz: Int { rawValue }
    }

    /// LoRa; nil unless the spreading factor is 7 to 12.
    public init?(spreadingFactor: Int, bandwidth: Bandwidth) {
        guard (7...12).contains(spreadingFactor) else { return nil }
        self = .lora(LoRa(spreadingFactor: spreadingFactor, bandwidth: bandwidth))
    }

    /// 7 to 12; nil for FSK.
    public var spreadingFactor: Int? {
        if case .lora(let lora) = self { lora.spreadingFactor } else { nil }
    }

    /// nil for FSK.
    public var bandwidth: Bandwidth? {
        if case .lora(let lora) = self { lora.bandwidth } else { nil }
    }

    /// Bits a second of FSK.
    public static let fskBitRate = 50_000
}

extension Modulation: CustomStringConvertible {
    /// "SF7BW125", as gateways write it, or "FSK50".
    public var description: String {
        switch self {
        case .lora(let lora): "SF\(lora.spreadingFactor)BW\(lora.bandwidth.hertz / 1_000)"
        case .fsk: "FSK\(Self.fskBitRate / 1_000)"
        }
    }
}
