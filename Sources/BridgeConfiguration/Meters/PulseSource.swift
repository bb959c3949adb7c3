package import HardwareInterfaces

/// Where the pulses of an input come from.
package enum PulseSource: Hashable, Sendable {
    case pin(GPIOAddress)
    /// A steady rhythm that the program makes, so that configuration and path can be tried before anything is wired.
    case simulated
    /// A file of time stamps, played once from the start of the service on.
    case recording(String)

    package var pin: GPIOAddress? {
        guard case .pin(let pin) = self else { return nil }
        return pin
    }

    /// What a person is told who may have forgotten it; nil for a pin.
    package var warning: String? {
        switch self {
        case .pin: nil
        case .simulated: "its pulses are simulated ([[pulse]] line): nothing is measured"
        case .recording(let path): "its pulses are those of the file \(path) ([[pulse]] line): nothing is measured"
        }
    }
}
