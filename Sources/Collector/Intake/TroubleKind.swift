/// Why something that came was not stored as a value. The raw values are the names that people and programs see.
package enum TroubleKind: String, CaseIterable, Sendable {
    /// No message of a network server, or a damaged one.
    case unreadable
    /// Of a device that no fleet has.
    case unknownDevice = "unknown_device"
    /// Typed into a server's console.
    case simulated
    /// On a port that is none of a bridge's.
    case otherPort = "other_port"
    /// Of a layout that the bridges' configuration does not have, or damaged.
    case undecodable
    /// Of a time that has not come yet.
    case future
    /// What it tells of a register contradicts what was told before.
    case contradiction
    /// The server's clock is ahead of this machine's.
    case serverClock = "server_clock"
    /// What is stored at its place can't be read.
    case damagedStore = "damaged_store"

    /// For people.
    package var text: String {
        switch self {
        case .unreadable: "unreadable messages"
        case .unknownDevice: "uplinks of devices that no [[fleet]] has"
        case .simulated: "uplinks that somebody typed into the server's console"
        case .otherPort: "uplinks on ports that carry nothing of a bridge"
        case .undecodable: "uplinks that the bridges' configuration can't decode"
        case .future: "uplinks of a time that has not come yet"
        case .contradiction: "uplinks that contradict what was told before"
        case .damagedStore: "uplinks for a damaged place of the store"
        case .serverClock: "uplinks with a server's time ahead of this machine's clock"
        }
    }
}
