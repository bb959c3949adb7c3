public import LoRaWAN
public import Timekeeping

/// An uplink that the planner lets go, and why it is so.
public struct UplinkDecision: Sendable {
    public let uplink: DueUplink
    /// Of FRMPayload.
    public let bytes: Int
    public let dataRate: DataRate?
    /// With its repetitions.
    public let airTime: TimeSpan
    /// Whether it asks for an acknowledgement.
    public let asks: Bool
    /// Of an intervals report: quarter-hours that the server may lack, and those of them that had no room.
    public let lacking: Int
    public let leftOut: Int
    /// The part of the uplinks that is taken as lost, in percent.
    public let lossPercent: Int
    /// What is left of the network's purse for 24 hours afterwards; nil without one.
    public let purseLeft: TimeSpan?

    package init(
        uplink: DueUplink, bytes: Int, dataRate: DataRate?, airTime: TimeSpan, asks: Bool, lacking: Int,
        leftOut: Int, lossPercent: Int, purseLeft: TimeSpan?
    ) {
        self.uplink = uplink
        self.bytes = bytes
        self.dataRate = dataRate
        self.airTime = airTime
        self.asks = asks
        self.lacking = lacking
        self.leftOut = leftOut
        self.lossPercent = lossPercent
        self.purseLeft = purseLeft
    }

    /// In words.
    public var reason: String {
        switch uplink.content {
        case .intervals where leftOut > 0:
            "the frame is full: \(lacking - leftOut) of \(lacking) quarter-hours that the server may lack"
                + (asks ? "; an acknowledgement would make room" : "")
        case .intervals:
            "all \(lacking) quarter-hours that the server may lack at \(lossPercent) % loss"
                + (asks ? "; asks for an acknowledgement, to know the loss or to make room" : "")
        case .backfill: "quarter-hours that were asked for"
        case .readings: "due"
        case .health: "due, or asked for"
        case .page, .reply: "answers a downlink"
        case .alarm: "at once, and asks for an acknowledgement"
        }
    }
}
