import HardwareSimulators
import LoRaWAN
import RadioDrivers
import TestTags
import Testing
import Timekeeping

/// How often an uplink goes out is the network's to order, and the module's to know.
@Suite struct RN2483RepetitionTests {
    private let full = [UInt8](repeating: 7, count: 51)
    /// With room for what the module has to answer.
    private let report = [UInt8](repeating: 8, count: 36)

    /// A session at SF12 in which the network has just ordered the repetitions, in a downlink after the first uplink.
    private func bench(
        nbTrans: UInt8, firmware: ModuleFirmware = .v105, hasResetPin: Bool = true, dataRate: UInt8 = 0
    ) throws -> ModuleBench {
        let bench = try ModuleBench(
            firmware: firmware, hasResetPin: hasResetPin, server: NetworkServer.Settings(extraChannels: [])
        ) { $0.dataRate = DataRate(0) }
        try bench.join()
        bench.server.enqueue(commands: [0x03, dataRate << 4 | 1, 0x07, 0x00, nbTrans], for: ModuleBench.devEUI)
        #expect(try bench.send() == .sent)
        return bench
    }

    private func settle(_ bench: ModuleBench) { bench.run(for: .minutes(5)) { bench.radio.isReady } }

    /// Until the module has been idle for so long that repetitions are counted.
    private func count(_ bench: ModuleBench) {
        bench.run(for: .minutes(7))
        settle(bench)
    }

    @Test func `until repetitions are counted a long frame goes out once, and a short one tells the number`() throws {
        for nbTrans in [2, 7, 13, 15] as [UInt8] {
            let bench = try bench(nbTrans: nbTrans)
            let before = bench.air.uplinks.count
            #expect(try bench.send(report) == .sent)
            count(bench)
            let frames = bench.air.uplinks.dropFirst(before)
            #expect(frames.first?.payload.first == 0x80 && frames.first?.spreadingFactor == 12, "sent as confirmed")
            #expect(frames.dropFirst().allSatisfy { $0.spreadingFactor == 7 && $0.payload.count < 32 })
            #expect(frames.count == 1 + Int(nbTrans))
            #expect(frames.reduce(TimeSpan.zero) { $0 + $1.airTime } < .seconds(4), "little air-time")
            // A little more at most: the windows last longer than they must.
            let counted = try #require(bench.radio.session?.repetitions)
            #expect((Int(nbTrans)...Int(nbTrans) + 2).contains(counted), "\(nbTrans): \(counted)")
            #expect(bench.module.dataRate == 0 && bench.radio.session?.dataRate == DataRate(0))
            bench.checkCounters("\(nbTrans)", repeats: true)
        }
    }

    @Test func `what was counted is obeyed, as long as the law has room for it`() throws {
        for (nbTrans, isObeyed) in [(3, true), (15, false)] as [(UInt8, Bool)] {
            let bench = try bench(nbTrans: nbTrans)
            _ = try bench.send(report)
            bench.run(for: .hours(2))
            let before = bench.air.uplinks.count
            #expect(try bench.send(full) == .sent)
            settle(bench)
            // Fifteen times 2.8 s is more than any hour holds.
            #expect(bench.air.uplinks.count - before == (isObeyed ? Int(nbTrans) : 1), "\(nbTrans)")
            let hour = bench.air.uplinks.filter { $0.start > bench.now - .hours(1) }
            #expect(hour.reduce(TimeSpan.zero) { $0 + $1.airTime } <= .seconds(36))
        }
    }

    @Test func `the answer to the order goes with the first frame, and not with the one that counts`() throws {
        let bench = try bench(nbTrans: 2)
        _ = try bench.send(report)
        count(bench)
        let answers = bench.server.uplinks.filter { !$0.commands.isEmpty }
        #expect(answers.map(\.commands) == [[0x03, 7]] && answers.first?.dataRate == 0)
    }

    @Test func `where fifteen times fit, the report itself tells the number`() throws {
        let bench = try bench(nbTrans: 3, dataRate: 5)
        // All channels are free.
        bench.run(for: .minutes(10))
        let before = bench.air.uplinks.count
        _ = try bench.send()
        settle(bench)
        #expect(bench.air.uplinks.count == before + 3 && bench.air.uplinks.last?.payload.first == 0x40)
        #expect(bench.radio.session?.repetitions == 3)
    }

    @Test(arguments: [true, false])
    func `after a start of the bridge repetitions are known only when the module was reset`(hasPin: Bool) throws {
        let bench = try bench(nbTrans: 6, hasResetPin: hasPin)
        // The order was read, and before it could be stored the process died.
        try bench.restartBridge()
        settle(bench)
        #expect(bench.radio.session?.repetitions == (hasPin ? 1 : nil))
        #expect(bench.module.repetitions == (hasPin ? 1 : 6))
        let before = bench.air.uplinks.count
        #expect(try bench.send(report) == .sent)
        count(bench)
        #expect(bench.air.uplinks.dropFirst(before).count { $0.spreadingFactor == 12 } == 1)
        #expect(bench.air.uplinks.count - before == (hasPin ? 1 : 7))
    }

    @Test func `a purse without room for fifteen is not overdrawn, and what was not counted stays unknown`() throws {
        let bench = try bench(nbTrans: 15)
        bench.budget.accounts.setDailyAirTime(.seconds(3))
        let before = bench.air.uplinks.count
        #expect(try bench.send(report) == .sent)
        count(bench)
        #expect(bench.air.uplinks.count == before + 1 && bench.radio.session?.repetitions == nil)
        #expect(bench.module.dataRate == 0, "and back at the session's data rate")
        #expect(bench.radio.isReady)
    }

    @Test func `a downlink that ends the repetitions early does not make them fewer`() throws {
        let bench = try bench(nbTrans: 4)
        _ = try bench.send(report)
        bench.server.enqueue(QueuedDownlink(port: 3, payload: [9]), for: ModuleBench.devEUI)
        count(bench)
        #expect(bench.downlinks.map(\.payload) == [[9]])
        #expect(bench.radio.session?.repetitions == nil)
    }

    @Test func `repetitions that the module makes at a slower data rate by itself are paid for beforehand`() throws {
        let bench = try bench(nbTrans: 3, dataRate: 2)
        // Where the module had to wait for a channel the next ones tell.
        for _ in 0..<2 {
            _ = try bench.send(report)
            bench.run(for: .hours(1))
        }
        #expect(bench.radio.session?.repetitions == 3)
        bench.server.isMute = true
        var slower = 0
        for _ in 0..<170 {
            let (frames, granted) = (bench.air.uplinks.count, bench.budget.granted.count)
            _ = try bench.send(report)
            bench.run(for: .minutes(15))
            let sent = bench.air.uplinks.dropFirst(frames)
            let paid = bench.budget.granted.dropFirst(granted).reduce(TimeSpan.zero) { $0 + $1.transmission.airTime }
            #expect(sent.reduce(TimeSpan.zero) { $0 + $1.airTime } <= paid)
            if Set(sent.map(\.spreadingFactor)).count > 1 { slower += 1 }
        }
        #expect(slower == 2 && bench.module.dataRate == 0, "\(slower)")
    }

    @Test(.tags(.campaign), .slow)
    func `every fault while repetitions are counted leaves a session that sends at its data rate`() throws {
        let clean = try bench(nbTrans: 3)
        let first = clean.module.commands.count
        _ = try clean.send(report)
        count(clean)
        let steps = first..<clean.module.commands.count
        #expect(steps.count > 10)
        for fault in ModuleFault.allCases {
            for step in steps {
                let name = "\(fault) at \(clean.module.commands[step].prefix(20))"
                let bench = try bench(nbTrans: 3)
                bench.module.plannedFault = (step, fault)
                _ = try bench.send(report)
                bench.run(for: .hours(1))
                let before = bench.air.uplinks.count
                _ = try bench.send(report)
                settle(bench)
                let later = bench.air.uplinks.dropFirst(before)
                #expect(later.first?.spreadingFactor == 12, "\(name)")
                #expect(bench.radio.isReady && bench.joins == 1, "\(name)")
                bench.checkCounters(name, repeats: true)
            }
        }
    }
}
