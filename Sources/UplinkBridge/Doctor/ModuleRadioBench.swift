package import BridgeConfiguration
import BridgeStore
import HardwareInterfaces
package import LoRaWAN
package import RadioDrivers
import Timekeeping

/// Bench work with a module, within the law: what is sent is in the account of the state file before it is sent. The session
/// of its MAC goes on afterwards.
package final class ModuleRadioBench {
    private let sessionStore: SessionStore
    private let configuration: DeviceConfiguration
    private let record: ModuleRecord?
    private var accounts: AirTimeAccounts
    private var module: any ModuleBench
    private let clock: any Clock

    /// - Throws: also when a service has the state file.
    package init(_ configuration: BridgeConfiguration, module: any ModuleBench, devices: ExaminedDevices) throws {
        sessionStore = SessionStore(
            try StateStore(path: configuration.statePath, devEUI: configuration.lorawan.devEUI))
        self.module = module
        clock = devices.clock
        let (boot, now) = (clock.bootIdentifier, clock.monotonic)
        let found = RestoredModule(
            configuration.lorawan.deviceConfiguration(
                radio: configuration.radio, randomSeed: UInt64.random(in: .min ... .max)),
            try sessionStore.restore(bootIdentifier: boot, at: now), bootIdentifier: boot, at: now)
        (self.configuration, accounts, record) = (found.configuration, found.accounts, found.record)
    }

    /// Sends a frame, and waits for its end.
    /// - Returns: one sentence of what went out.
    package func send(_ frame: TestFrame) throws -> String {
        let transmission = try accounts.order(
            frame, configuration: configuration, powers: module.powers, at: clock.monotonic)
        _ = try sessionStore.commit(kept, at: clock.monotonic)
        // From here on nothing more is sent.
        defer { sessionStore.close(kept) }
        let duration = try module.transmit(transmission)
        accounts.closeLatest(at: clock.monotonic)
        let airTime = AirTime.of(bytes: transmission.payload.count, modulation: transmission.modulation)
        return
            "\(transmission.payload.count) bytes went out on \(transmission.frequency) Hz at \(transmission.modulation), "
            + "\(transmission.power) dBm, in \(duration) (\(airTime) by calculation)"
    }

    private var kept: KeptDevice { KeptDevice(state: accounts.state, module: record) }
}
