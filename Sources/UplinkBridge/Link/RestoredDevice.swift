import BridgeStore
import LoRaWAN
import RadioDrivers
import Timekeeping

/// What a start makes of what was kept: in the service and at the bench alike, lest either forget what may have been sent.
extension Device {
    init(
        _ configuration: DeviceConfiguration, _ restored: SessionStore.Restored, bootIdentifier: String,
        at now: MonotonicInstant
    ) throws(DeviceError) {
        var configuration = configuration
        configuration.firstDevNonce = max(configuration.firstDevNonce, restored.nextDevNonce)
        if let module = restored.module?.session {
            configuration.activation.skipCounters(of: module.devAddr, below: module.nextUplink)
        }
        try self.init(
            configuration: configuration, restoring: restored.state, bootIdentifier: bootIdentifier, at: now)
        if let counter = restored.assumedCounter { assumeCountersUsed(below: counter) }
        if restored.mayHaveSent { assumeReserveUsed(at: now) }
    }
}

/// A module's part.
struct RestoredModule {
    let configuration: DeviceConfiguration
    let accounts: AirTimeAccounts
    let record: ModuleRecord?

    init(
        _ configuration: DeviceConfiguration, _ restored: SessionStore.Restored, bootIdentifier: String,
        at now: MonotonicInstant
    ) {
        var configuration = configuration
        configuration.firstDevNonce = max(configuration.firstDevNonce, restored.nextDevNonce)
        var record = restored.module
        if let session = restored.state?.session {
            // A chip was the radio since the module was: the network knows its session, and counters go on.
            if case .overTheAir = configuration.activation {
                record = nil
            } else {
                let next = max(session.uplinkCounter, restored.assumedCounter ?? session.uplinkCounter)
                configuration.activation.skipCounters(of: session.devAddr, below: next)
            }
        }
        var accounts = AirTimeAccounts(
            configuration: configuration, restoring: restored.state, bootIdentifier: bootIdentifier, at: now)
        if let next = record?.session?.nextUplink, let assumed = restored.assumedCounter {
            record?.session?.nextUplink = max(next, assumed)
        }
        if restored.mayHaveSent { accounts.assumeReserveUsed(at: now) }
        (self.configuration, self.accounts, self.record) = (configuration, accounts, record)
    }
}

extension Activation {
    /// A session that was used through another radio goes on where it stopped: no counter is used twice.
    fileprivate mutating func skipCounters(of devAddr: DevAddr, below next: FrameCounter) {
        guard case .personalized(var given) = self, given.devAddr == devAddr, given.firstUplinkCounter < next else {
            return
        }
        given.firstUplinkCounter = next
        self = .personalized(given)
    }
}
