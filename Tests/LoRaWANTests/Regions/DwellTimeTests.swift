import Testing
import Timekeeping

@testable import LoRaWAN

/// A limit of 400 ms that only the region's table speaks of throws nothing away.
@Suite struct DwellTimeTests {
    static let limited = Region.all.filter { $0.txParameters?.downlinkDwell == true }

    func joined(_ region: Region, rx2 dataRate: UInt8) throws -> Bench {
        let bench = try Bench(Bench.configuration { $0.region = region })
        bench.peer.downlinkSettings = dataRate
        try bench.join()
        return bench
    }

    @Test(arguments: limited) func `the first downlink may be longer than the limit that it lifts`(region: Region)
        throws
    {
        let bench = try joined(region, rx2: 2)
        // DevStatusReq, NewChannelReq, LinkADRReq, TXParamSetupReq without limits: 21 bytes of MACPayload.
        let channel = Bench.frequency(region.defaultChannels[0].frequency - 200_000)
        let commands: [UInt8] = [6, 7, 7] + channel + [0x50, 3, 0x31, 0xFF, 0x00, 1, 9, 5]
        try bench.send(reply: .rx2(try bench.peer.downlink(options: commands)))
        #expect(bench.discards() == [])
        #expect(bench.device.state.session?.downlinkDwell == false && bench.device.state.session?.uplinkDwell == false)
    }

    @Test(arguments: limited, [UInt8(2), 3, 4, 5]) func `each frame up to M is taken until the network sets the limit`(
        region: Region, dataRate: UInt8
    ) throws {
        let bench = try joined(region, rx2: dataRate)
        let (dwelling, whole) = (
            region.maximumMACPayload(at: DataRate(dataRate), dwell: true),
            region.maximumMACPayload(at: DataRate(dataRate))
        )
        func isTaken(_ bytes: Int) throws -> Bool {
            bench.now = bench.now + .minutes(10)
            let (before, counter) = (bench.deliveries().count, bench.peer.downlinkCounter)
            let payload = [UInt8](repeating: 7, count: bytes - UplinkFrame.headerInMACPayload)
            try bench.send(reply: .rx2(try bench.peer.downlink(port: 1, payload: payload, counter: counter)))
            let isTaken = bench.deliveries().count > before
            if isTaken { bench.peer.downlinkCounter += 1 }
            return isTaken
        }
        for bytes in Set([dwelling, min(dwelling + 1, whole), whole]) { #expect(try isTaken(bytes), "\(bytes) bytes") }
        #expect(try !isTaken(whole + 1))
        // Now it is the network that says so.
        try bench.send(reply: .rx2(try bench.peer.downlink(options: [9, 0x35])))
        #expect(try isTaken(dwelling))
        #expect(try isTaken(whole) == (dwelling == whole))
        try bench.send(reply: .rx2(try bench.peer.downlink(options: [9, 0x05])))
        #expect(try isTaken(whole))
    }

    @Test(arguments: limited, [UInt8(0), 1])
    func `a join-accept, RXParamSetupReq and a given session may have a slow RX2`(
        region: Region, dataRate: UInt8
    ) throws {
        let bench = try joined(region, rx2: dataRate)
        #expect(bench.device.state.session?.rx2DataRate == DataRate(dataRate))
        try bench.send(reply: .rx2(try bench.peer.downlink(port: 1, payload: [UInt8](repeating: 1, count: 51))))
        #expect(bench.deliveries().count == 1)
        let other = try joined(region, rx2: 2)
        let request = [5, dataRate] + Bench.frequency(region.rx2Frequency)
        try other.send(reply: .rx2(try other.peer.downlink(options: request)))
        #expect(other.device.state.session?.rx2DataRate == DataRate(dataRate))
        // Not where the network has set the limit.
        let limited = try joined(region, rx2: 2)
        try limited.send(reply: .rx2(try limited.peer.downlink(options: [9, 0x35])))
        try limited.send(reply: .rx2(try limited.peer.downlink(options: request)))
        #expect(limited.device.state.session?.rx2DataRate == DataRate(2))
    }
}
