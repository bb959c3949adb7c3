package import BridgeConfiguration
import SmartMeter

/// Answers that are given before anything is asked; nil where there is none.
package struct SetupOptions: Sendable {
    /// Inputs, or "simulated" alone.
    package var meters: [String] = []
    /// Hexadecimal digits.
    package var key: String?
    package var authenticationKey: String?
    /// A name of ``RadioKinds``: "sx127x".
    package var radio: String?
    package var board: String?
    /// Of the radio.
    package var device: String?
    /// "sx1262" and so on.
    package var part: String?
    /// Decibels that an amplifier behind the chip adds.
    package var amplifierGain: Int?
    /// Of type "udp-gateway": host and port.
    package var server: String?
    package var region: String?
    package var network: String?
    /// Of a base; it answers region, network and identity.
    package var pairing: PairingLine?
    package var reports: String?
    package var devEUI: String?
    package var joinEUI: String?
    package var appKey: String?
    /// Nothing is asked: where no option answers, what is proposed is taken.
    package var takesProposals = false
    /// No device is listened to or asked.
    package var skipsChecks = false
    package var isDryRun = false
    /// A file that is there is not looked into, but kept and replaced.
    package var replaces = false
    /// The service is started, and waited for.
    package var startsService = true

    package init() {}
}
