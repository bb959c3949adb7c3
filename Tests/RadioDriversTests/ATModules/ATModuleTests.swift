import HardwareInterfaces
import HardwareSimulators
import LoRaWAN
import RadioDrivers
import Testing
import Timekeeping

/// What holds for each module with AT commands.
@Suite struct ATModuleTests {
    @Test(arguments: ATKind.all)
    func `a module fresh from the factory is set up, joins, and sends`(kind: ATKind) throws {
        let bench = try ATModuleBench(kind)
        try bench.join()
        #expect(bench.joins == 1 && bench.server.joins.count == 1)
        #expect(try bench.send([1, 2, 3]) == .sent)
        #expect(bench.server.uplinks.last?.payload == [1, 2, 3] && bench.server.uplinks.last?.port == 1)
        #expect(bench.module.refused.isEmpty, "\(bench.module.refused)")
        let address = try #require(bench.air.uplinks.last?.payload[1..<5]).reversed().reduce(0) { $0 << 8 | UInt32($1) }
        #expect(bench.radio.session?.devAddr.rawValue == address)
        bench.audit("\(kind)")
    }

    @Test(arguments: ATKind.all)
    func `a bridge that starts anew takes the module's session up, and writes nothing to its flash`(kind: ATKind) throws
    {
        let bench = try ATModuleBench(kind)
        try bench.join()
        _ = try bench.send()
        let saves = bench.module.saves
        try bench.restartBridge()
        bench.run(for: .minutes(1)) { bench.radio.isReady }
        #expect(try bench.send() == .sent)
        #expect(bench.server.joins.count == 1 && bench.server.uplinks.count == 2)
        let resumed = bench.events.contains { if case .resumed = $0.event { true } else { false } }
        #expect(resumed)
        // The port of an uplink and the class are what a firmware keeps with each use of them.
        #expect(bench.module.saves - saves <= 12, "\(bench.module.saves - saves)")
        bench.audit("\(kind)")
    }

    @Test(arguments: ATKind.all, [true, false])
    func `a module whose power failed joins anew, and the uplink that waits goes out`(kind: ATKind, restarts: Bool)
        throws
    {
        let bench = try ATModuleBench(kind)
        try bench.join()
        _ = try bench.send()
        bench.module.brownOut()
        if restarts { try bench.restartBridge() }
        bench.run(for: .minutes(2)) { bench.radio.isReady }
        #expect(try bench.send([7]) == .sent, "\(bench.failures.map(\.error.message))")
        #expect(bench.server.uplinks.last?.payload == [7] && bench.server.joins.count == 2)
        bench.audit("\(kind)")
    }

    @Test(arguments: ATKind.all)
    func `a confirmed uplink goes out once, and tells whether it was acknowledged`(kind: ATKind) throws {
        let bench = try ATModuleBench(kind)
        try bench.join()
        #expect(try bench.send([1], confirmed: true) == .acknowledged)
        bench.server.isMute = true
        let before = bench.air.uplinks.count
        #expect(try bench.send([2], confirmed: true) == .notAcknowledged)
        #expect(bench.air.uplinks.count == before + 1)
        bench.audit("\(kind)")
    }

    @Test(arguments: ATKind.all)
    func `downlinks come with how they were heard`(kind: ATKind) throws {
        let bench = try ATModuleBench(kind)
        try bench.join()
        bench.server.enqueue(QueuedDownlink(port: 15, payload: [0x48, 0x65]), for: DriverBench.devEUI)
        _ = try bench.send()
        let downlink = try #require(bench.downlinks.first)
        #expect(downlink.port == 15 && downlink.payload == [0x48, 0x65])
        #expect(downlink.signal?.rssi == -43 && downlink.signal?.snrQuarters == 40)
    }

    @Test(arguments: ATKind.all)
    func `the network is asked how well it hears the device, and for the time`(kind: ATKind) throws {
        let bench = try ATModuleBench(kind)
        try bench.join()
        #expect(bench.radio.ask(.linkCheck) && bench.radio.ask(.time))
        _ = try bench.send()
        let check = bench.events.compactMap { if case .linkCheck(_, let gateways) = $0.event { gateways } else { nil } }
        #expect(check == [1])
        let told = bench.events.compactMap {
            if case .networkTime(let utc) = $0.event { (utc, $0.at) } else { nil }
        }
        let (utc, at) = try #require(told.first)
        let off = utc.nanoseconds - (bench.world.clock.utc.nanoseconds - (bench.now - at).nanoseconds)
        #expect(abs(off) < 2_000_000_000, "\(off)")
        // Once only.
        _ = try bench.send()
        #expect(bench.events.count { if case .linkCheck = $0.event { true } else { false } } == 1)
        bench.audit("\(kind)")
    }

    @Test(arguments: ATKind.all)
    func `what the module sends by itself is paid for`(kind: ATKind) throws {
        let bench = try ATModuleBench(kind)
        try bench.join()
        bench.run(for: .seconds(20))
        for round in 0..<4 {
            bench.server.enqueue(
                QueuedDownlink(port: 9, payload: [UInt8(round)], isConfirmed: true), for: DriverBench.devEUI)
            #expect(try bench.send([UInt8(round)]) == .sent)
            bench.run(for: .seconds(30))
        }
        #expect(bench.module.ownUplinks >= 4)
        _ = try bench.send()
        let sent = bench.air.uplinks.reduce(TimeSpan.zero) { $0 + $1.airTime }
        let paid =
            bench.budget.accounts.state.ledger.windows.map { $0.limit - $0.remaining(at: bench.now) }.max() ?? .zero
        // The join-request counts as one at the slowest data rate.
        #expect(paid >= sent && paid < sent + .seconds(2), "\(paid) for \(sent)")
        #expect(bench.radio.session?.nextUplink.rawValue == bench.module.nextUplink)
        bench.audit("\(kind)")
    }

    @Test(arguments: ATKind.all)
    func `a module that only waits is left alone`(kind: ATKind) throws {
        let bench = try ATModuleBench(kind)
        try bench.join()
        _ = try bench.send()
        bench.run(for: .minutes(1))
        let commands = bench.module.commands.count
        bench.run(for: .hours(5))
        #expect(bench.module.commands.count == commands && bench.radio.nextDeadline == nil)
    }

    @Test(arguments: ATKind.all)
    func `an unanswered join is tried again at a pace of its own, within the join budget`(kind: ATKind) throws {
        let bench = try ATModuleBench(kind)
        bench.server.isMute = true
        bench.start()
        bench.run(for: .hours(3))
        let count = bench.air.uplinks.count
        #expect(count >= 6 && count <= 24, "\(count)")
        bench.server.isMute = false
        bench.run(for: .hours(2)) { bench.radio.isReady }
        #expect(bench.joins == 1)
        bench.audit("\(kind)")
    }

    @Test(arguments: ATKind.all)
    func `what the module's own duty cycle forbids waits, and is not sent twice`(kind: ATKind) throws {
        let bench = try ATModuleBench(kind)
        try bench.join()
        bench.module.plannedFault = (bench.module.commands.count + 3, .bandClosed)
        #expect(try bench.send([5]) == .sent)
        let waits = bench.events.contains { if case .waiting(_, .dutyCycle) = $0.event { true } else { false } }
        #expect(waits && bench.server.uplinks.count == 1 && bench.budget.withdrawn >= 1)
        bench.audit("\(kind)")
    }

    @Test(arguments: ATKind.all)
    func `a module that somebody made a radio without LoRaWAN becomes one with it again`(kind: ATKind) throws {
        let bench = try ATModuleBench(kind)
        kind.speech.leaveLoRaWAN(bench.module)
        try bench.join()
        #expect(try bench.send() == .sent)
        kind.speech.leaveLoRaWAN(bench.module)
        bench.run(for: .minutes(1))
        try bench.radio.send(Uplink(port: 1, payload: [9]), at: bench.now)
        bench.run(for: .minutes(3)) { bench.radio.isReady && bench.server.uplinks.last?.payload == [9] }
        #expect(bench.failures.isEmpty || bench.radio.isReady, "\(bench.failures)")
        bench.audit("\(kind)")
    }

    @Test(arguments: ATKind.all)
    func `a frame that the module has no room for beside its answers goes out behind them`(kind: ATKind) throws {
        let bench = try ATModuleBench(kind) { $0.dataRate = DataRate(0) }
        bench.module.answersByItself = false
        try bench.join()
        _ = try bench.send()
        // RXTimingSetupReq and LinkADRReq: three bytes of answers.
        bench.server.enqueue(commands: [0x08, 0x01, 0x03, 0x01, 0x07, 0x00, 0x01], for: DriverBench.devEUI)
        _ = try bench.send()
        let full = [UInt8](repeating: 0xAB, count: bench.radio.largestPayload)
        let result = try bench.send(full)
        let again = result == .sent ? result : try bench.send(full)
        #expect(again == .sent && bench.server.uplinks.last?.payload.count == full.count, "\(bench.results)")
        bench.audit("\(kind)")
    }
}
