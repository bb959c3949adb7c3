package import LoRaWAN
package import Timekeeping

/// What joins the bridge to the network, as its planner sees it: the same over a chip with our MAC (``LoRaWANLink``) and
/// over a module with one of its own (``ModuleLink``).
package protocol NetworkLink: AnyObject {
    /// Called with each downlink for the application.
    var onDownlink: (LinkDownlink) -> Void { get set }
    /// Called when an uplink is done, before anything else can be sent.
    var onUplinkDone: (UplinkResult) -> Void { get set }
    /// Whether an uplink would be taken.
    var isReady: Bool { get }
    /// Bytes that the next uplink can carry for certain, beside what the MAC has to say; 0 before the join.
    var maximumPayload: Int { get }
    /// Bytes that an uplink without MAC commands can carry at the present data rate.
    var largestPayload: Int { get }
    /// What an uplink costs with its repetitions at the present data rate; zero before the join.
    func airTime(payloadCount: Int) -> TimeSpan
    /// Whether a frame is on the air, or its windows are not over: the thread waits for no disk then.
    var isExchanging: Bool { get }
    /// How the network waits for an uplink, whatever is in it.
    var expectation: NetworkExpectation { get }
    /// The network's air-time for 24 hours; nil when it sets no limit.
    var dailyAirTime: TimeSpan? { get }
    /// What is left of it; nil when it sets no limit.
    func remainingDailyAirTime(at now: MonotonicInstant) -> TimeSpan?
    /// The first instant from `now` on at which it has room for so much; nil when it never has.
    func dailyAirTimeStart(airTime: TimeSpan, at now: MonotonicInstant) -> MonotonicInstant?
    /// That of the next uplink; nil before the join.
    var dataRate: DataRate? { get }
    func setDailyAirTime(_ limit: TimeSpan?)
    /// Takes an uplink, which is sent as soon as it may be. One without port and payload carries what the MAC has to say.
    func send(_ uplink: Uplink) throws(UplinkRefusal)
    /// When the network was last heard, and what it has left unanswered since.
    var contact: NetworkContact { get }
    /// Whether a session can be had by a join; else it was given for life (ABP).
    var joins: Bool { get }
    /// The next join-request beside the session; nil where none is planned.
    var nextRenewal: MonotonicInstant? { get }
    /// Leaves the session and joins anew.
    func rejoin()
    /// Joins anew, and goes on in the session until that is answered.
    func renewSession()
    /// What ``NetworkContact/gapSince`` tells of was sent again.
    func closeGap()
    /// The next uplink asks how well it is heard (LinkCheckReq).
    /// - Returns: false where the radio's MAC can't ask.
    func requestLinkCheck() -> Bool
    var pollDescriptors: [Int32] { get }
    var nextDeadline: MonotonicInstant? { get }
    /// Takes what the radio reports, and does what is due.
    func poll()
    /// How it stands, for people and their programs.
    func status(at now: MonotonicInstant) -> LinkStatus
    /// The bridge ends.
    func close()
}
