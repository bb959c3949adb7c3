import BridgeConfiguration
import HardwareInterfaces
import HardwareSimulators
import LoRaWAN
import RadioDrivers
import Timekeeping
import UplinkBridge

/// The twin of the module that a configuration names.
struct SimulatedModule {
    let make: any ModuleMake.Type
    let line: any BreakableLine
    let reset: any OutputPin
    /// Commands that it has answered with an error.
    let refused: () -> [String]
}

extension SimulatedModule {
    /// nil where the radio is none.
    init?(_ configuration: BridgeConfiguration, world: SimulatedWorld, air: Air, seed: UInt64) throws {
        guard case .module(let kind) = try configuration.radio.family() else { return nil }
        let region = configuration.lorawan.region.name
        switch kind.make.typeName {
        case LoRaE5.typeName: self.init(kind.make, LoRaE5Speech(), region, world, air, seed)
        case RAK3172.typeName: self.init(kind.make, RAK3172Speech(), region, world, air, seed)
        default:
            let module = RN2483Simulator(
                world: world, air: air, firmware: Self.firmwares[region] ?? .v105, seed: seed)
            self.init(make: kind.make, line: module, reset: module.resetPin) { module.refused }
        }
    }

    private init(
        _ make: any ModuleMake.Type, _ speech: any ATSpeech, _ region: String, _ world: SimulatedWorld, _ air: Air,
        _ seed: UInt64
    ) {
        let module = ATModuleSimulator(
            world: world, air: air, speech: speech, plan: Self.plans[region] ?? .eu868, seed: seed)
        self.init(make: make, line: module, reset: module.resetPin) { module.refused }
    }

    private static let firmwares: [String: ModuleFirmware] = ["US915": .us915, "AU915": .au915]
    private static let plans: [String: ModulePlan] = ["US915": .us915, "AU915": .au915]
}
