package import Timekeeping

/// What a network asks of its devices beside the law ([lorawan] network). Options of their own go before it.
package enum NetworkProfile: String, CaseIterable, Sendable {
    /// The Things Network's fair use: 30 s of uplink air-time and 10 downlinks in 24 hours.
    case theThingsNetwork = "ttn"
    /// A ChirpStack of one's own, with its own gateways: only the law. Their air-time for downlinks is limited too, and
    /// they hear nothing while they send.
    case chirpStack = "chirpstack"
    /// Each frame is paid, up and down, by 24 bytes.
    case helium
    /// No network at all: a second board with `p1lora base`. Only the law.
    case privateBase = "private"
    /// Nothing but the law, and what options say.
    case custom

    package var dailyAirTime: TimeSpan? { self == .theThingsNetwork ? .seconds(30) : nil }

    package var dailyDownlinks: Int? {
        switch self {
        case .theThingsNetwork: 10
        case .chirpStack: 96
        case .helium: 6
        case .privateBase, .custom: nil
        }
    }
}
