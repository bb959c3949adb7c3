import HardwareSimulators
import LoRaWAN
import RadioDrivers
import Testing
import Timekeeping

/// EU868's DR7 from end to end: the network defines a channel for it and orders it by ADR.
@Suite struct FastUplinksTests {
    /// NewChannelReq for channel 8 at 868.8 MHz with DR7 only, and LinkADRReq to it.
    private static let commands: [UInt8] = [7, 8, 0x80, 0x91, 0x84, 0x77, 3, 0x70, 0x00, 0x01, 0x01]

    private func onDR7(withDIO1: Bool = false) throws -> DeviceOnAir {
        let onAir = try DeviceOnAir(region: .eu868, server: .init(), radio: RadioBench(withDIO1: withDIO1))
        try onAir.join()
        onAir.server.enqueue(commands: Self.commands, for: 1)
        try onAir.send(Uplink(port: 1, payload: [1]))
        #expect(onAir.device.dataRate == DataRate(7))
        return onAir
    }

    @Test(arguments: [false, true]) func `long uplinks and downlinks go over FSK`(withDIO1: Bool) throws {
        let onAir = try onDR7(withDIO1: withDIO1)
        #expect(onAir.device.maximumPayload >= 230)
        for (up, down) in [(1, 1), (60, 60), (220, 200)] {
            let payload = (0..<down).map { UInt8($0) }
            onAir.server.enqueue(.init(port: 9, payload: payload), for: 1)
            try onAir.send(Uplink(port: 2, payload: [UInt8](repeating: UInt8(up), count: up)))
            let uplink = try #require(onAir.server.uplinks.last)
            #expect(uplink.payload.count == up && uplink.dataRate == 7 && uplink.heard.frequency == 868_800_000)
            #expect(onAir.deliveries.last?.payload == payload)
        }
        #expect(onAir.server.uplinks.contains { $0.commands.starts(with: [7, 3, 3, 7]) }, "both are accepted")
        #expect(onAir.radio.air.uplinks.last?.fsk != nil)
        #expect(onAir.radio.chip.violations == [] && onAir.radio.radio.counters.resets == 0)
        // RX2 stays LoRa.
        onAir.server.setWindow(.receive2, for: 1)
        onAir.server.enqueue(.init(port: 9, payload: [7]), for: 1)
        try onAir.send(Uplink(port: 2, payload: [3]))
        #expect(onAir.deliveries.last?.payload == [7])
    }

    @Test func `a device that the network hears no more leaves FSK for what its channels carry`() throws {
        let onAir = try onDR7()
        onAir.server.isMute = true
        var rates: [DataRate] = []
        for _ in 0..<170 {
            try onAir.send(Uplink(port: 1, payload: [1]))
            if let rate = onAir.device.dataRate, rate != rates.last { rates.append(rate) }
        }
        #expect(rates == [DataRate(7), DataRate(5), DataRate(4)], "no channel carries DR6")
        #expect(onAir.radio.chip.violations == [])
    }
}
