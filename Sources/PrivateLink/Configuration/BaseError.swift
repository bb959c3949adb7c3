public import Ciphers
public import LoRaWAN

/// Why there can be no base with this configuration.
public enum BaseError: Error, Hashable, Sendable {
    /// The region does not bear such a network.
    case network(PrivateNetworkError)
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
        case .network(let error): "\(error)"
        case .registeredTwice(let device): "\(device) is there twice"
        case .antennaGainTooHigh(let gain):
            "an antenna gain of \(gain / 100) dBi radiates more than is allowed, even at the radio's lowest power"
        case .cipher(let error): "\(error)"
        }
    }
}
