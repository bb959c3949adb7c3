import HardwareSimulators
import LoRaWAN
import RadioDrivers
import Testing
import Timekeeping

/// Whole devices against a server whose tables are its own.
@Suite struct RegionsOverTheAirTests {
    static let plans: [(Region, ServerRegion, [Int], [UInt16])] = [
        (.eu868, .eu868, [867_100_000, 867_300_000], []),
        (.in865, .in865, [866_385_000, 866_785_000], []),
        (.kr920, .kr920, [922_700_000, 922_900_000], []),
        (.as923, .as923, [923_600_000, 923_800_000], []),
        (.us915, .us915, [], [0xFF00, 0, 0, 0, 0x02]),
        (.au915, .au915, [], [0xFF00, 0, 0, 0, 0x02]),
    ]

    private func device(_ index: Int, window: NetworkServer.Window, class deviceClass: DeviceClass = .a) throws
        -> DeviceOnAir
    {
        let (region, server, channels, masks) = Self.plans[index]
        let onAir = try DeviceOnAir(
            region: region,
            server: .init(
                receive2DataRate: Int(region.rx2DataRate.index), extraChannels: channels, region: server),
            masks: masks, deviceClass: deviceClass)
        onAir.server.setWindow(window, for: 1)
        try onAir.join()
        return onAir
    }

    @Test(arguments: plans.indices, [NetworkServer.Window.receive1, .receive2])
    func `a device joins, sends and hears in each region`(index: Int, window: NetworkServer.Window) throws {
        let onAir = try device(index, window: window)
        #expect(onAir.device.isJoined, "\(Self.plans[index].0.name)")
        for number: UInt8 in 0..<20 {
            onAir.server.enqueue(.init(port: 7, payload: [number]), for: 1)
            try onAir.send(Uplink(port: 1, payload: [number], confirmed: number % 2 == 0))
        }
        #expect(onAir.server.uplinks.map(\.payload) == (0..<20).map { [UInt8($0)] })
        #expect(onAir.deliveries.map(\.payload) == (0..<20).map { [UInt8($0)] })
        #expect(onAir.results == (0..<20).map { $0 % 2 == 0 ? .acknowledged : .sent })
        #expect(onAir.server.rejected.isEmpty && onAir.radio.chip.violations.isEmpty)
        let used = Set(onAir.server.uplinks.map(\.heard.frequency))
        let masks = Self.plans[index].3
        #expect(used.count == (masks.isEmpty ? onAir.device.configuration.region.defaultChannels.count + 2 : 8))
    }

    @Test(arguments: plans.indices) func `a class C device hears at any time`(index: Int) throws {
        let onAir = try device(index, window: .receive1, class: .c)
        try onAir.send(Uplink(port: 1, payload: [1]))
        for number: UInt8 in 0..<10 {
            try onAir.run(for: .seconds(Int64(number) * 97))
            onAir.server.enqueue(.init(port: 9, payload: [number], isConfirmed: number == 4), for: 1)
            #expect(onAir.gateway.sendContinuous(to: 1))
            try onAir.run(for: .seconds(4))
            if onAir.device.expectation > .nothing { try onAir.send(Uplink(port: nil, payload: [])) }
        }
        #expect(onAir.deliveries.map(\.payload) == (0..<10).map { [UInt8($0)] })
        #expect(onAir.server.uplinks.last?.acknowledges == true)
        // Uplinks and their windows go on as in class A.
        onAir.server.enqueue(.init(port: 9, payload: [77]), for: 1)
        try onAir.send(Uplink(port: 1, payload: [2], confirmed: true))
        #expect(onAir.results.last == .acknowledged && onAir.deliveries.last?.payload == [77])
        #expect(onAir.radio.chip.violations.isEmpty && onAir.radio.radio.counters.windowFailures == 0)
    }

    @Test func `in KR920 a channel in use is left for another`() throws {
        let onAir = try device(2, window: .receive1)
        onAir.radio.air.pathLoss = 60
        for number: UInt8 in 0..<30 {
            // A neighbour talks on one channel all the time.
            let frame = AirTransmission(
                payload: [UInt8](repeating: 0, count: 200), frequency: 922_300_000, spreadingFactor: 12,
                bandwidth: 125_000, invertedIQ: true, hasCRC: false, start: onAir.now)
            onAir.radio.air.transmit(frame)
            try onAir.send(Uplink(port: 1, payload: [number]))
            try onAir.run(for: .seconds(20))
        }
        #expect(onAir.busy > 3)
        #expect(onAir.server.uplinks.count == 30)
        #expect(!onAir.server.uplinks.contains { $0.heard.frequency == 922_300_000 })
        #expect(onAir.radio.chip.violations.isEmpty)
    }

    @Test func `a network that controls the data rate finds the fastest and the least power`() throws {
        let onAir = try DeviceOnAir(region: .eu868, server: .init(controlsDataRate: true))
        onAir.radio.air.pathLoss = 95
        try onAir.join()
        for _ in 0..<40 {
            try onAir.send(Uplink(port: 1, payload: [1]))
            try onAir.run(for: .minutes(30))
        }
        #expect(onAir.device.dataRate == DataRate(5))
        #expect(onAir.device.state.session?.powerIndex ?? 0 > 0)
        #expect(onAir.device.state.session?.channelMask == 0xFF)
    }
}
