import HardwareSimulators
import LoRaWAN
import RadioDrivers
import Testing
import Timekeeping

/// A make of module with AT commands, and its simulated twin.
struct ATKind: Sendable, CustomStringConvertible {
    let make: any ModuleMake.Type
    let speech: any ATSpeech
    var description: String { make.title }

    static let loraE5 = ATKind(make: LoRaE5.self, speech: LoRaE5Speech())
    static let rak3172 = ATKind(make: RAK3172.self, speech: RAK3172Speech())
    static let all = [loraE5, rak3172]
}

/// A ``DriverBench`` with a module with AT commands.
final class ATModuleBench: DriverBench {
    let module: ATModuleSimulator

    init(
        _ kind: ATKind, hasResetPin: Bool = true, seed: UInt64 = 1, server settings: NetworkServer.Settings = .init(),
        configure: (inout DeviceConfiguration) -> Void = { _ in }
    ) throws {
        let world = SimulatedWorld(startingAt: UTCInstant(secondsSince1970: 1_795_000_000))
        let air = Air(world: world)
        let module = ATModuleSimulator(world: world, air: air, speech: kind.speech, seed: seed)
        self.module = module
        try super.init(
            kind.make, world: world, air: air, line: module, reset: hasResetPin ? module.resetPin : nil, seed: seed,
            server: settings, configure: configure
        ) { module.plugIn() }
    }

    override func restartBridge() throws {
        module.changeHost()
        try super.restartBridge()
    }

    /// What must hold over all that was ever on the air: no counter of a session and no nonce twice, no sliding hour of a
    /// sub-band too full, nothing that the server had to refuse.
    func audit(_ context: String, repeats: Bool = false) {
        var seen: [[UInt8]: [UInt8]] = [:]
        for frame in air.uplinks {
            let bytes = frame.payload
            let name = bytes[0] >> 5 == 0 ? Array(bytes[17..<19]) : Array(bytes[1..<5] + bytes[6..<8])
            let earlier = seen.updateValue(bytes, forKey: name)
            #expect(earlier == nil || repeats && earlier == bytes, "a counter or nonce twice on the air: \(context)")
        }
        let rejected = server.rejected.filter { if case .repetition = $0.reason { !repeats } else { true } }
        #expect(rejected.isEmpty, "\(rejected.map(\.reason)): \(context)")
        for band in configuration.region.subBands where band.dutyPermille < 1_000 {
            let frames = air.uplinks.filter { band.frequencies.contains($0.frequency) }
            for last in frames {
                let spent = frames.filter { $0.end > last.end - .hours(1) && $0.end <= last.end }
                    .reduce(TimeSpan.zero) { $0 + $1.airTime }
                #expect(spent <= band.hourlyLimit, "\(spent) in an hour of \(band.name): \(context)")
            }
        }
        let paid = budget.granted.reduce(0) { $0 + $1.transmission.times } + Int64(budget.booked.count)
        #expect(air.uplinks.count <= paid + Int64(module.ownUplinks), "sent without a grant: \(context)")
        #expect(module.violations.isEmpty, "\(module.violations): \(context)")
    }
}
