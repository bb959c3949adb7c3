import LoRaWAN

/// How one make of module is spoken to: its words, and what its firmware does that others do not. Nothing here waits or
/// decides.
protocol ATDialect: Sendable {
    /// "LoRa-E5"
    var name: String { get }
    /// What an older firmware is refused with.
    var oldest: ATVersion { get }

    var version: ATCommand { get }
    /// Asks who it is and how it is set.
    var look: [ATCommand] { get }
    /// Whether what it has told is the device and the band of the configuration, so that a session can be taken up again.
    func isSetUp(_ found: ATFindings, for configuration: DeviceConfiguration) -> Bool
    /// Makes it the device of the configuration; a session is lost by it.
    func setUp(_ found: ATFindings, for configuration: DeviceConfiguration) -> [ATCommand]
    /// What each session needs, an old one too.
    func habits(_ found: ATFindings, for configuration: DeviceConfiguration) -> [ATCommand]
    /// - Parameter channels: of a fixed plan; nil for all.
    func prepareJoin(dataRate: DataRate, channels: ChannelMask?) -> [ATCommand]
    var join: ATCommand { get }
    /// What a new session needs.
    func prepareSession(dataRate: DataRate?) -> [ATCommand]
    /// Asks what a session is like.
    var survey: [ATCommand] { get }

    /// What comes before an uplink: what is asked, and what is set for it.
    func prepare(_ uplink: Uplink) -> [ATCommand]
    func transmit(_ uplink: Uplink) -> ATCommand
    /// A frame for what the MAC has to answer; nil where there is none.
    var transmitEmpty: ATCommand? { get }
    /// Makes the next uplink ask the network.
    func ask(_ question: NetworkQuestion) -> ATCommand
    /// Asks what the network has told.
    var readTime: ATCommand { get }
    /// Asks how many frames it has sent; nil where it does not tell.
    var readCounters: ATCommand? { get }
    /// Where it is no LoRaWAN device: makes it one.
    var leaveOtherMode: ATCommand? { get }
    var restart: ATCommand { get }

    /// It may have sent an empty frame though it has refused the payload.
    var sendsThoughRefused: Bool { get }
    /// Each end of an uplink that nobody has ordered is told.
    var tellsOwnUplinks: Bool { get }
    /// Frames of the network without a payload are told too.
    var tellsEveryDownlink: Bool { get }

    /// - Parameter command: the one in flight; nil where nothing was asked.
    func reports(_ line: String, answering command: ATCommand?) -> [ATReport]
}
