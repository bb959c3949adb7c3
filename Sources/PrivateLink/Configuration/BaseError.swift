public import Ciphers
public import LoRaWAN

/// Why there can be no base with this configuration.
public enum BaseError: Error, Hashable, Sendable {
    /// No channel may stand there.
    case frequency(Int, region: String)
    /// The region has no such data rate in LoRa for uplinks and their answers.
    case dataRate(DataRate, region: String)
    /// The channels of a fixed plan are hopped over (47 CFR 15.247): one of 125 kHz alone is not allowed.
    case hoppingRegion(String)
    /// The law wants the channel heard before each frame: an answer at an exact time can't wait for silence.
    case listeningRegion(String)
    /// It stands there more than once.
    case registeredTwice(DevEUI)
    /// Even the lowest power would radiate too much.
    case antennaGainTooHigh(gain: Int)
    /// OpenSSL refused its work.
    case cipher(CipherError)
}

extension BaseError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .frequency(let hertz, let region):
            "\(region) has no channel at \(hertz) Hz: choose one within its sub-bands"
        case .dataRate(let rate, let region): "\(rate) is no data rate of LoRa in \(region)"
        case .hoppingRegion(let region):
            "\(region) wants hopping over many channels, and a base has one: it needs a network with a gateway"
        case .listeningRegion(let region):
            "\(region) wants the channel heard before each frame, which a base can't do at the exact time of its answers"
        case .registeredTwice(let device): "\(device) is there twice"
        case .antennaGainTooHigh(let gain):
            "an antenna gain of \(gain / 100) dBi radiates more than is allowed, even at the radio's lowest power"
        case .cipher(let error): "\(error)"
        }
    }
}
