import HardwareSimulators
import LoRaWAN
import RadioDrivers
import Timekeeping

/// A ``DriverBench`` with an RN2483.
final class ModuleBench: DriverBench {
    let module: RN2483Simulator

    init(
        firmware: ModuleFirmware = .v105, hasResetPin: Bool = true, seed: UInt64 = 1,
        server settings: NetworkServer.Settings = .init(),
        configure: (inout DeviceConfiguration) -> Void = { _ in }
    ) throws {
        let world = SimulatedWorld(startingAt: UTCInstant(secondsSince1970: 1_795_000_000))
        let air = Air(world: world)
        let module = RN2483Simulator(world: world, air: air, firmware: firmware, seed: seed)
        self.module = module
        try super.init(
            RN2483.self, world: world, air: air, line: module, reset: hasResetPin ? module.resetPin : nil, seed: seed,
            server: settings, configure: configure
        ) { module.plugIn() }
    }
}
