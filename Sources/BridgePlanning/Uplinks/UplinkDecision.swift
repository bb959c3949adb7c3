package import LoRaWAN
package import Timekeeping

/// An uplink that the planner lets go, and why it is so.
package struct UplinkDecision: Sendable {
    package let uplink: DueUplink
    /// Of FRMPayload.
    package let bytes: Int
    package let dataRate: DataRate?
    /// With its repetitions.
    package let airTime: TimeSpan
    /// Whether it asks for an acknowledgement.
    package let asks: Bool
    /// Of an intervals report: quarter-hours that the server may lack, and those of them that had no room.
    package let lacking: Int
    package let leftOut: Int
    /// The part of the uplinks that is taken as lost, in percent.
    package let lossPercent: Int
    /// What is left of the network's daily air-time afterwards; nil without one.
    package let dailyAirTimeLeft: TimeSpan?

    package init(
        uplink: DueUplink, bytes: Int, dataRate: DataRate?, airTime: TimeSpan, asks: Bool, lacking: Int,
        leftOut: Int, lossPercent: Int, dailyAirTimeLeft: TimeSpan?
    ) {
        self.uplink = uplink
        self.bytes = bytes
        self.dataRate = dataRate
        self.airTime = airTime
        self.asks = asks
        self.lacking = lacking
        self.leftOut = leftOut
        self.lossPercent = lossPercent
        self.dailyAirTimeLeft = dailyAirTimeLeft
    }
}
