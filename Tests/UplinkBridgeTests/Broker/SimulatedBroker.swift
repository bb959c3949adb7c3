import HardwareInterfaces

/// A broker that is there or not, and keeps what is retained.
final class SimulatedBroker: MessageBroker {
    var isThere = true
    /// It takes connections and says nothing.
    var isMute = false
    var isCongested = false
    private(set) var isAccepted = false
    private(set) var attempts = 0
    private(set) var publications: [(topic: String, payload: String)] = []
    private(set) var hasLeft = false

    /// What a reader that comes now would see.
    var retained: [String: String] { Dictionary(publications.map { ($0.topic, $0.payload) }) { $1 } }

    var pollDescriptor: Int32? { isAccepted ? 7 : nil }

    private static let gone = HardwareError(.disconnected, device: "mqtt://test:1883", message: "nobody is there")

    func connect() throws(HardwareError) {
        attempts += 1
        guard isThere else { throw Self.gone }
        isAccepted = !isMute
    }

    func serve() throws(HardwareError) {
        guard isThere else {
            isAccepted = false
            throw Self.gone
        }
    }

    func publish(_ payload: [UInt8], to topic: String, isRetained: Bool) throws(HardwareError) {
        guard isThere else { throw Self.gone }
        publications.append((topic, String(decoding: payload, as: UTF8.self)))
    }

    func disconnect() { hasLeft = true }
}
