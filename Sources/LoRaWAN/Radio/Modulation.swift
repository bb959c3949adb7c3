/// How a LoRa frame is modulated (RP002 2.x data rates; FSK is a later addition).
public struct Modulation: Hashable, Sendable {
    /// 7 to 12.
    public let spreadingFactor: Int
    public let bandwidth: Bandwidth

    public enum Bandwidth: Int, Hashable, Sendable, CaseIterable {
        case khz125 = 125_000
        case khz250 = 250_000
        case khz500 = 500_000

        /// In hertz.
        public var hertz: Int { rawValue }
    }

    /// nil unless the spreading factor is 7 to 12.
    public init?(spreadingFactor: Int, bandwidth: Bandwidth) {
        guard (7...12).contains(spreadingFactor) else { return nil }
        self.spreadingFactor = spreadingFactor
        self.bandwidth = bandwidth
    }
}

extension Modulation: CustomStringConvertible {
    /// "SF7BW125", as gateways write it.
    public var description: String { "SF\(spreadingFactor)BW\(bandwidth.hertz / 1_000)" }
}
