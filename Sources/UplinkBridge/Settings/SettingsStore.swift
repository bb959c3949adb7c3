package import BridgeStore
import SmartMeter
import Synchronization
package import UplinkPayload

/// The settings in force: those of the configuration, changed by downlinks, kept in the store.
///
/// Written by the thread that serves the radio, read by all.
package final class SettingsStore: Sendable {
    private let configured: BridgeSettings
    private let bounds: SettingsBounds
    private let store: StateStore
    private let settings: Mutex<BridgeSettings>

    /// - Throws: when the store can't be read. Settings in it that are damaged are reported, and those of the
    ///   configuration hold.
    package init(
        configured: BridgeSettings, bounds: SettingsBounds, store: StateStore,
        damaged: (DamagedSettings) -> Void = { _ in }
    ) throws(StoreError) {
        self.configured = configured
        self.bounds = bounds
        self.store = store
        var settings = configured
        if let record = try store.settings() {
            do {
                settings = try BridgeSettings(stored: record, configured: configured)
            } catch {
                damaged(error)
            }
        }
        self.settings = Mutex(settings)
    }

    package var inForce: BridgeSettings { settings.withLock { $0 } }

    /// Carries out a downlink's commands. The new settings are on the disk before the answer is given; when they can't be
    /// stored, nothing has changed.
    package func carryOut(_ downlink: [UInt8]) -> (reply: Reply, orders: [BridgeOrder]) {
        var changed = inForce
        let before = changed
        let (reply, orders) = changed.carryOut(downlink, within: bounds)
        guard changed != before else { return (reply, orders) }
        do {
            try store.save(settings: changed.stored(configured: configured))
        } catch {
            return (Reply(sequence: reply.sequence, answers: [.init(command: 0, result: .refused(.notStored))]), [])
        }
        settings.withLock { $0 = changed }
        return (reply, orders)
    }
}
