package import BridgeConfiguration
import HardwareInterfaces
import LinuxHardware
package import SmartMeter
package import Timekeeping

extension MeterConfiguration {
    /// What the reader needs to open this meter's frames; nil when it does not encrypt.
    package var meterKeys: MeterKeys? {
        guard let key else { return nil }
        return MeterKeys(
            encryptionKey: key, authenticationKey: authenticationKey, tagCheck: tagCheck, systemTitle: systemTitle)
    }

    /// The meter's line on this machine.
    func openLine() throws(HardwareError) -> any SerialLine {
        try MeterLine.open(input, settings: SerialSettings(baudRate: baudRate, framing: framing))
    }

    /// The same meter with the settings that a search is at.
    func tried(by search: SettingsSearch?) -> Self {
        guard let settings = search?.current else { return self }
        var meter = self
        (meter.baudRate, meter.framing) = (settings.baudRate, settings.framing)
        return meter
    }

    /// What finds the line's settings; nil where they are given, and where there are none (a connection).
    var settingsSearch: SettingsSearch? { findsSettings && !input.contains("://") ? SettingsSearch() : nil }

    /// The meter on this machine's line.
    /// - Parameter replayGuard: what is remembered of its frame counters.
    package func openInput(replayGuard: ReplayGuard, at now: MonotonicInstant) -> MeterInput {
        let search = settingsSearch
        return MeterInput(
            number: number, device: input, keys: meterKeys, timeZone: timeZone, checksum: checksum,
            sevenBits: framing == .sevenEvenOne, silentAfter: silentAfter, replayGuard: replayGuard, search: search,
            replaysInRealTime: replaysInRealTime, at: now
        ) { () throws(HardwareError) -> any SerialLine in try self.tried(by: search).openLine() }
    }
}
