/// How a make of module talks: its commands, its answers, and what it tells unasked.
package protocol ATSpeech: Sendable {
    var baudRate: Int { get }
    /// Its options as they leave the factory.
    var factoryOptions: [String: String] { get }
    func banner(_ module: ATModuleSimulator) -> [String]
    func execute(_ line: String, _ module: ATModuleSimulator)
    func tellLineEndLost(_ module: ATModuleSimulator)
    /// Somebody else has made it a radio without LoRaWAN.
    func leaveLoRaWAN(_ module: ATModuleSimulator)
}

/// What it says of how a join or an uplink has ended.
protocol ATStory: ATSpeech {
    func tell(_ outcome: ATOutcome, _ module: ATModuleSimulator)
    /// Its own duty cycle is kept.
    func keepsDutyCycle(_ module: ATModuleSimulator) -> Bool
    func hasADR(_ module: ATModuleSimulator) -> Bool
    /// Draws its DevNonces; else they count up and outlast a loss of power.
    var drawsNonces: Bool { get }
    /// dBm.
    func power(_ module: ATModuleSimulator) -> Int
}
