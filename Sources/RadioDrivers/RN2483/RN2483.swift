package import HardwareInterfaces
package import LoRaWAN

/// Microchip's RN2483 and RN2903.
package enum RN2483: ModuleMake {
    package static let typeName = "rn2483"
    package static let title = "RN2483 or RN2903"
    /// DS40001784 1.4.
    package static let baudRate = 57_600
    /// RN2483 the first two, RN2903 the others.
    package static let regions = ["EU868", "EU433", "US915", "AU915"]
    package static let conductedPower = SX127x.PowerOutput.boost.range
    package static let takesGivenSessions = true
    package static let version = ModuleMACVersion.v102
    package static let limits =
        "its MAC knows neither class C, nor the network's time, nor listen-before-talk, and does not tell how often the "
        + "network lets it repeat a frame"

    package static func makeMachine(_ parts: ModuleParts) throws(DeviceError) -> any ModuleMachine {
        let configuration = parts.configuration
        try configuration.checkWeakest(RN2483Quirks(nil).powers(in: configuration.region).last?.power)
        return RN2483Machine(
            configuration: configuration, record: try parts.knownRecord(make: "RN2483"), probe: parts.probe,
            hasResetPin: parts.hasResetPin, random: parts.random)
    }

    package static func makeProbe(line: any BreakableLine, clock: any Clock, waiter: any Waiting) -> any ModuleProbe {
        RN2483Probe(line: line, clock: clock, waiter: waiter)
    }

    package static func makeBench(
        line: any BreakableLine, clock: any Clock, waiter: any Waiting
    ) throws -> any ModuleBench {
        try RN2483Bench(line: line, clock: clock, waiter: waiter)
    }
}
