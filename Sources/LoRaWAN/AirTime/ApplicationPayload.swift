public import Timekeeping

extension Region {
    /// N: the longest application payload of an uplink without MAC commands, in bytes (RP002, "maximum payload size"); 0
    /// where frames cannot be sent at the data rate.
    public func maximumPayload(at dataRate: DataRate, dwell: Bool = false) -> Int {
        max(0, maximumMACPayload(at: dataRate, dwell: dwell) - UplinkFrame.headerInMACPayload)
    }
}

extension AirTime {
    /// Of an uplink with `payloadCount` bytes of application payload and no MAC commands.
    public static func ofUplink(payloadCount: Int, modulation: Modulation) -> TimeSpan {
        of(bytes: UplinkFrame.length(options: 0, port: true, payload: payloadCount), modulation: modulation)
    }
}
