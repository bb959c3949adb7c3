import HardwareInterfaces
import LoRaWAN

/// A make of modules with AT commands: what it differs in is its dialect.
protocol ATMake: ModuleMake {
    static var dialect: any ATDialect { get }
    /// dBm of the lowest power that it can be ordered to.
    static func weakest(in region: Region) -> Int
}

extension ATMake {
    package static func makeMachine(_ parts: ModuleParts) throws(DeviceError) -> any ModuleMachine {
        try parts.configuration.checkWeakest(weakest(in: parts.configuration.region))
        return try ATMachine(dialect, parts)
    }

    package static func makeProbe(line: any BreakableLine, clock: any Clock, waiter: any Waiting) -> any ModuleProbe {
        ATProbe(dialect, line: line, clock: clock, waiter: waiter)
    }

    package static func makeBench(
        line: any BreakableLine, clock: any Clock, waiter: any Waiting
    ) throws -> any ModuleBench {
        try ATBench(dialect, line: line, clock: clock, waiter: waiter)
    }
}
