import HardwareInterfaces
import LinuxHardware
public import SmartMeter
public import Timekeeping

extension MeterConfiguration {
    /// What the reader needs to open this meter's frames; nil when it does not encrypt.
    public var meterKeys: MeterKeys? {
        guard let key else { return nil }
        return MeterKeys(
            encryptionKey: key, authenticationKey: authenticationKey, tagCheck: tagCheck, systemTitle: systemTitle)
    }

    /// The meter's line on this machine.
    func openLine() throws(HardwareError) -> any SerialLine {
        try MeterLine.open(input, settings: SerialPort.Settings(baudRate: baudRate, sevenEvenOne: sevenEvenOne))
    }

    /// The meter on this machine's line.
    /// - Parameter replayGuard: what is remembered of its frame counters.
    public func openInput(replayGuard: ReplayGuard, at now: MonotonicInstant) -> MeterInput {
        MeterInput(
            number: number, device: input, keys: meterKeys, timeZone: timeZone, checksum: checksum,
            sevenBits: sevenEvenOne, silentAfter: silentAfter, replayGuard: replayGuard,
            replaysInRealTime: replaysInRealTime, at: now
        ) { () throws(HardwareError) -> any SerialLine in try self.openLine() }
    }
}
