import Ciphers
import HardwareSimulators
import LoRaWAN
import RadioDrivers
import Testing
import Timekeeping

/// Driver, chip, air, gateway and server together.
@Suite struct OverTheAirTests {
    private func bench(loss: Double = 0, window: NetworkServer.Window = .receive1) throws -> (
        RadioBench, NetworkServer, SimulatedGateway
    ) {
        let bench = RadioBench()
        bench.air.lossProbability = loss
        let server = NetworkServer(clock: bench.world.clock)
        try server.register(
            devEUI: 0x0203_0405_0203_0405, joinEUI: 0x0102_0304_0102_0304,
            appKey: AES128Key([UInt8](repeating: 1, count: 16)))
        server.setWindow(window, for: 0x0203_0405_0203_0405)
        let gateway = SimulatedGateway(air: bench.air, server: server)
        try bench.radio.start(at: bench.world.now)
        return (bench, server, gateway)
    }

    /// The join-request of the vectors.
    private func sendJoin(_ bench: RadioBench, sf factor: Int) throws -> MonotonicInstant {
        let request = try #require([UInt8](hex: "00040302010403020105040302050403022d106a990e12"))
        let transmission = Transmission(
            payload: request, frequency: 868_300_000, modulation: try RadioBench.modulation(factor), power: 14)
        try bench.radio.transmit(transmission, at: bench.world.now)
        return try #require(bench.nextEvent()?.transmittedAt)
    }

    @Test(arguments: [7, 8, 9, 10, 11, 12])
    func `a join-accept arrives in RX1 at every data rate`(factor: Int) throws {
        let (bench, server, gateway) = try bench()
        let end = try sendJoin(bench, sf: factor)
        let window = ReceiveWindow(
            opensAt: end + .seconds(5), frequency: 868_300_000, modulation: try RadioBench.modulation(factor))
        try bench.radio.receive(window, at: bench.world.now)
        let frame = try #require(bench.nextEvent()?.frame)
        #expect(frame.payload == server.downlinks.first?.payload && frame.payload.count == 33)
        #expect(server.joins.count == 1 && gateway.refusedDownlinks == 0)
        #expect(bench.chip.violations == [])
    }

    @Test func `a join-accept in RX2 arrives after an empty RX1`() throws {
        let (bench, server, gateway) = try bench(window: .receive2)
        let end = try sendJoin(bench, sf: 9)
        let first = ReceiveWindow(
            opensAt: end + .seconds(5), frequency: 868_300_000, modulation: try RadioBench.modulation(9))
        try bench.radio.receive(first, at: bench.world.now)
        #expect(bench.nextEvent()?.closedAt != nil)
        let second = ReceiveWindow(
            opensAt: end + .seconds(6), frequency: 869_525_000, modulation: try RadioBench.modulation(12))
        try bench.radio.receive(second, at: bench.world.now)
        #expect(bench.nextEvent()?.frame?.payload == server.downlinks.first?.payload)
        #expect(gateway.missedWhileSending == 0)
        #expect(bench.air.transmissions.last?.power == 27)
    }

    @Test func `a gateway hears nothing while it sends`() throws {
        let (bench, server, gateway) = try bench()
        let end = try sendJoin(bench, sf: 12)
        bench.world.run(until: end + .milliseconds(5_100))
        let other = AirTransmission(
            payload: [0x40], frequency: 868_100_000, spreadingFactor: 7, bandwidth: 125_000, invertedIQ: false,
            hasCRC: true, start: bench.world.now)
        bench.air.transmit(other)
        bench.world.run(until: end + .seconds(6))
        #expect(gateway.missedWhileSending == 1)
        #expect(server.rejected.isEmpty)
    }

    @Test func `a gateway hears only uplinks of its channels, with a CRC, on public networks`() throws {
        let (bench, server, gateway) = try bench()
        gateway.channels = [868_100_000]
        let changes: [(String, Bool, (inout AirTransmission) -> Void)] = [
            ("as it should be", true, { _ in }), ("channel", false, { $0.frequency = 868_300_000 }),
            ("downlink", false, { $0.invertedIQ = true }), ("CRC", false, { $0.hasCRC = false }),
            ("bit error", false, { $0.isCorrupt = true }),
            ("sync word", false, { $0.syncWord = 0x12 }), ("optimisation", false, { $0.lowDataRateOptimize = true }),
        ]
        for (name, hears, change) in changes {
            let before = server.rejected.count
            var frame = AirTransmission(
                payload: [0x40], frequency: 868_100_030, spreadingFactor: 7, bandwidth: 125_000, invertedIQ: false,
                hasCRC: true, start: bench.world.now)
            change(&frame)
            bench.air.transmit(frame)
            bench.world.run(until: bench.world.now + .seconds(1))
            #expect((server.rejected.count > before) == hears, "\(name)")
        }
    }
}
