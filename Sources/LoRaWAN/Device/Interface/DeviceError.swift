public import Ciphers

/// Why a device cannot be set up.
public enum DeviceError: Error, Hashable, Sendable {
    /// The stored state belongs to another device.
    case stateOfAnotherDevice(seen: DevEUI, wanted: DevEUI)
    /// Even the lowest conducted power would radiate more than the region allows.
    case antennaGainTooHigh(gain: Int, lowestPower: Int, allowed: Int)
    /// OpenSSL refused its work.
    case cipher(CipherError)
}

extension DeviceError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .stateOfAnotherDevice(let seen, let wanted):
            "the stored session is of DevEUI \(seen), the configuration says \(wanted): "
                + "correct dev_eui, or use another state file"
        case .antennaGainTooHigh(let gain, let lowest, let allowed):
            "an antenna gain of \(hundredths(gain)) dBi radiates more than the \(hundredths(allowed)) dBm that are "
                + "allowed, even at the radio's lowest \(lowest) dBm: lower the gain in the configuration or the antenna"
        case .cipher(let error): "\(error)"
        }
    }

    private func hundredths(_ value: Int) -> String {
        let magnitude = value.magnitude
        let rest = magnitude % 100
        return (value < 0 ? "-" : "") + "\(magnitude / 100)." + (rest < 10 ? "0" : "") + "\(rest)"
    }
}
