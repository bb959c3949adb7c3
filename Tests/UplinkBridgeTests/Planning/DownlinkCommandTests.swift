import HardwareSimulators
import LoRaWAN
import SmartMeter
import TestSupport
import Testing
import Timekeeping
import UplinkBridge
import UplinkPayload

/// What a network server can ask of the bridge, over the air.
@Suite struct DownlinkCommandTests {
    @Test func `a command is obeyed and acknowledged in the next uplink`() throws {
        let bench = try UplinkBench()
        bench.post()
        try bench.downlink([.setReport(1, isOn: true, period: 6), .sendStatus], sequence: 1)
        bench.run(for: .minutes(10))
        let reply = try #require(try bench.received(.reply).first)
        #expect(reply.contains("\"sequence\":1"))
        #expect(reply.contains("\"accepted\":2"))
        let kinds = bench.link.server.uplinks.compactMap { $0.port.flatMap(ReportKind.init(port:)) }
        let downlink = try #require(kinds.firstIndex(of: .reply))
        #expect(
            kinds[downlink - 1] == .readings, "the reply is the next uplink after the one that the downlink answered")
        #expect(try bench.received(.status).count >= 3)
        // Every minute instead of every quarter of an hour.
        #expect(kinds.filter { $0 == .readings }.count >= 5)
    }

    @Test func `what a command has set holds after a restart, and a replayed one changes nothing`() throws {
        let link = try LinkBench()
        do {
            let bench = try UplinkBench(on: link)
            bench.post()
            try bench.downlink([.setReport(1, isOn: false, period: nil)], sequence: 7)
            bench.run(for: .minutes(5))
            #expect(bench.commons.settings.inForce.reports[0].isOn == false)
        }
        let again = try UplinkBench(on: link, seed: 2)
        #expect(again.commons.settings.inForce.reports[0].isOn == false)
        #expect(again.commons.settings.inForce.lastSequence == 7)
        try again.downlink([.setReport(1, isOn: true, period: nil)], sequence: 7)
        again.post()
        again.commons.alarms.put(Alarm(.silence, meter: 0, isActive: true, time: nil, value: 5))
        again.run(for: .minutes(10))
        #expect(again.commons.settings.inForce.reports[0].isOn == false)
        #expect(try again.received(.reply).last?.contains("replayed") == true)
    }

    @Test func `a purse above that of the configuration is clamped, and the one set holds`() throws {
        let bench = try UplinkBench()
        bench.post()
        try bench.downlink([.setAirTime(9_000)], sequence: 1)
        bench.run(for: .minutes(5))
        #expect(bench.commons.settings.inForce.dailyAirTime == 300)
        try bench.downlink([.setAirTime(100)], sequence: 2)
        bench.run(for: .minutes(31))
        #expect(bench.commons.settings.inForce.dailyAirTime == 100)
        let replies = try bench.received(.reply)
        #expect(replies.first?.contains("\"clamped\":1") == true)
        #expect(replies.last?.contains("\"accepted\":1") == true)
    }

    @Test func `settings that can't be stored do not change, and the answer says so`() throws {
        let bench = try UplinkBench()
        let blocker = try DatabaseBlocker(path: bench.link.path)
        let bytes = CommandFrame(sequence: 1, commands: [.setReport(1, isOn: false, period: nil)]).encode()
        let (reply, orders) = bench.commons.settings.carryOut(bytes)
        #expect(reply.answers.map(\.result) == [.refused(.notStored)])
        #expect(orders.isEmpty)
        #expect(bench.commons.settings.inForce.reports[0].isOn)
        blocker.release()
        #expect(bench.commons.settings.carryOut(bytes).reply.answers.map(\.result) == [.accepted])
    }

    @Test func `a device that is told to rejoin answers first`() throws {
        let bench = try UplinkBench()
        bench.post()
        try bench.downlink([.rejoin], sequence: 1)
        bench.run(for: .minutes(20))
        #expect(try bench.received(.reply).count == 1)
        #expect(bench.link.server.joins.count == 2)
    }

    @Test func `garbage on the port of commands is refused and changes nothing`() throws {
        let bench = try UplinkBench()
        bench.post()
        let before = bench.commons.settings.inForce
        var random = SeededRandom(seed: 5)
        for _ in 0..<500 {
            let bytes = (0..<Int.random(in: 0...20, using: &random)).map { _ in UInt8.random(in: 0...15, using: &random)
            }
            let (reply, _) = bench.commons.settings.carryOut(bytes)
            #expect(!reply.encode(largestPayload: 51).isEmpty)
        }
        let after = bench.commons.settings.inForce
        #expect(after.reports.count == before.reports.count)
        #expect(after.limits.count == before.limits.count)
    }
}
