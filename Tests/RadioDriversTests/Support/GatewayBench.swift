import Ciphers
import HardwareInterfaces
import HardwareSimulators
import LoRaWAN
import RadioDrivers
import Testing
import Timekeeping

/// Two ends of a UDP connection in memory.
final class MemorySocket: DatagramSocket {
    var pollDescriptor: Int32? { nil }
    var sent: [[UInt8]] = []
    var incoming: [[UInt8]] = []
    var error: HardwareError?

    func send(_ datagram: [UInt8]) throws(HardwareError) {
        if let error { throw error }
        sent.append(datagram)
    }

    func receive() throws(HardwareError) -> [UInt8]? {
        if let error { throw error }
        return incoming.isEmpty ? nil : incoming.removeFirst()
    }
}

/// The radio over a gateway's protocol, and a server that answers it.
final class GatewayBench {
    static let devEUI: UInt64 = 0x70B3_D57E_D000_0001
    let world: SimulatedWorld
    let socket = MemorySocket()
    let network: NetworkServer
    let server: GWMPServer
    let radio: UDPGatewayRadio
    /// How long datagrams take, each way.
    var latency = TimeSpan.milliseconds(20)
    var serverAnswers = true

    init(settings: NetworkServer.Settings = .init(), counterNearWrap: Bool = false) {
        world = SimulatedWorld(startingAt: UTCInstant(secondsSince1970: 1_795_000_000))
        if counterNearWrap {
            world.run(until: MonotonicInstant(nanoseconds: 4_294_967_296_000 * 3 - 500_000_000))
        }
        network = NetworkServer(clock: world.clock, settings: settings)
        server = GWMPServer(server: network, clock: world.clock)
        radio = UDPGatewayRadio(
            socket: socket, clock: world.clock, random: SeededRandom(seed: 1),
            configuration: .init(gatewayEUI: 0xAA55_5A00_0000_0001))
    }

    /// Rests and polls until there is an event.
    func nextEvent(within span: TimeSpan = .seconds(10)) -> RadioEvent? {
        let end = world.now + span
        while world.now < end {
            carry()
            world.wait(for: [], until: min(radio.nextDeadline ?? end, end))
            if let event = radio.poll(at: world.now).first {
                carry()
                return event
            }
        }
        return nil
    }

    private func carry() {
        let datagrams = socket.sent
        socket.sent = []
        guard serverAnswers else { return }
        for datagram in datagrams {
            world.schedule(after: latency) { [self] in
                let answers = server.receive(datagram)
                world.schedule(after: latency) { [self] in socket.incoming += answers }
            }
        }
    }

    /// Starts, joins nothing, activates a device whose keys are 02.. and 01.., as the vectors have it.
    func begin() throws {
        try radio.start(at: world.now)
        try network.activate(
            devEUI: Self.devEUI, devAddr: 0x0102_0304,
            networkKey: AES128Key([UInt8](repeating: 2, count: 16)),
            applicationKey: AES128Key([UInt8](repeating: 1, count: 16)))
        _ = nextEvent(within: .milliseconds(200))
    }

    /// The vector "hello", FCnt 1, port 1, on the air.
    func sendHello() throws -> MonotonicInstant {
        let hello = try #require([UInt8](hex: "400403020180010001a694642615d6c3b582"))
        try radio.transmit(
            Transmission(
                payload: hello, frequency: 868_300_000, modulation: try RadioBench.modulation(7), power: 14),
            at: world.now)
        return try #require(nextEvent()?.transmittedAt)
    }

    func window(_ end: MonotonicInstant, _ delay: TimeSpan, frequency: Int = 868_300_000, sf: Int = 7) throws
        -> ReceiveWindow
    {
        ReceiveWindow(opensAt: end + delay, frequency: frequency, modulation: try RadioBench.modulation(sf))
    }
}
