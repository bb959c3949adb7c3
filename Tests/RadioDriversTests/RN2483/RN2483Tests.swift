import Ciphers
import HardwareInterfaces
import HardwareSimulators
import LoRaWAN
import RadioDrivers
import TestTags
import Testing
import Timekeeping

/// The driver on a module that does as it should.
@Suite struct RN2483Tests {
    @Test(arguments: [ModuleFirmware.v095, .v100, .v101, .v103, .v105])
    func `a module of each firmware joins and sends`(firmware: ModuleFirmware) throws {
        for hasPin in [true, false] {
            let bench = try ModuleBench(firmware: firmware, hasResetPin: hasPin)
            try bench.join()
            #expect(try bench.send() == .sent)
            #expect(try bench.send([4]) == .sent)
            #expect(bench.server.uplinks.map(\.payload) == [[1, 2, 3], [4]])
            #expect(bench.server.uplinks.map(\.counter) == [0, 1])
            #expect(bench.module.refused.isEmpty || firmware == .v103, "\(bench.module.refused)")
            bench.checkCounters("\(firmware.banner)")
        }
    }

    @Test func `the counter is stored before the command is written`() throws {
        let bench = try ModuleBench()
        try bench.join()
        _ = try bench.send()
        // The moment of the grant is that of the command: nothing is written before.
        let index = try #require(
            bench.events.firstIndex {
                if case .transmitting(let sent) = $0.event { sent.kind == .uplink(.init(rawValue: 0)) } else { false }
            })
        #expect(bench.events[index].at == bench.budget.granted.last?.at)
        #expect(bench.budget.record?.session?.nextUplink == FrameCounter(rawValue: 1))
    }

    @Test func `nothing is sent while nothing can be stored`() throws {
        let bench = try ModuleBench()
        try bench.join()
        let before = bench.air.uplinks.count
        bench.budget.isDiskFull = true
        try bench.radio.send(Uplink(port: 1, payload: [1]), at: bench.now)
        bench.run(for: .minutes(5))
        #expect(bench.air.uplinks.count == before && bench.results.isEmpty)
        bench.budget.isDiskFull = false
        bench.run(for: .seconds(30)) { !bench.results.isEmpty }
        #expect(bench.results == [.sent])
    }

    @Test func `a downlink is delivered, and its counter read back`() throws {
        let bench = try ModuleBench()
        try bench.join()
        bench.server.enqueue(QueuedDownlink(port: 7, payload: Array(0..<100)), for: ModuleBench.devEUI)
        #expect(try bench.send() == .sent)
        #expect(bench.downlinks.map(\.payload) == [Array(0..<100)] && bench.downlinks.first?.port == 7)
        #expect(bench.budget.record?.session?.nextDownlink == FrameCounter(rawValue: 1))
    }

    @Test(arguments: [NetworkServer.Window.receive1, .receive2])
    func `a confirmed uplink is acknowledged in either window`(window: NetworkServer.Window) throws {
        let bench = try ModuleBench()
        bench.server.setWindow(window, for: ModuleBench.devEUI)
        try bench.join()
        #expect(try bench.send(confirmed: true) == .acknowledged)
        bench.server.isMute = true
        // Once only: the ledger was asked for one transmission.
        let before = bench.air.uplinks.count
        #expect(try bench.send(confirmed: true) == .notAcknowledged)
        #expect(bench.air.uplinks.count == before + 1)
    }

    @Test func `an uplink in whose second window somebody else's frame is heard was sent all the same`() throws {
        let bench = try ModuleBench { $0.dataRate = DataRate(5) }
        try bench.join()
        bench.server.isMute = true
        let module = bench.module
        for confirmed in [false, true] {
            let before = bench.air.uplinks.count
            // In the middle of RX2.
            bench.world.schedule(after: module.receiveDelay + .milliseconds(1_250)) {
                bench.air.transmit(
                    AirTransmission(
                        payload: [0x60, 9, 9, 9, 9, 0, 1, 0, 1, 2, 3, 4, 5], frequency: 869_525_000,
                        spreadingFactor: 12,
                        bandwidth: 125_000, invertedIQ: true, hasCRC: false, start: bench.now))
            }
            let begin = bench.now
            #expect(try bench.send(confirmed: confirmed) == (confirmed ? .notAcknowledged : .sent))
            #expect(bench.air.uplinks.count == before + 1)
            #expect(bench.now - begin > .seconds(3), "the foreign frame was heard to its end")
        }
        #expect(bench.failures.isEmpty)
    }

    @Test func `a denied join is tried again after a pause that grows`() throws {
        let bench = try ModuleBench()
        bench.server.isMute = true
        bench.start()
        bench.run(for: .hours(1))
        let requests = bench.air.uplinks
        #expect((5...40).contains(requests.count), "\(requests.count)")
        #expect(requests.count == bench.budget.granted.count)
        #expect(Set(requests.map(\.spreadingFactor)).count > 1, "the data rate varies")
        #expect(requests.reduce(TimeSpan.zero) { $0 + $1.airTime } < .seconds(36), "TR007 2.1")
        bench.server.isMute = false
        bench.run(for: .hours(3)) { bench.radio.isReady }
        #expect(bench.radio.isReady)
    }

    @Test func `each sub-band's hour holds for the sum of the module's channels`() throws {
        let bench = try ModuleBench {
            $0.dataRate = DataRate(0); $0.adr = false
        }
        try bench.join()
        let end = bench.now + .hours(3)
        while bench.now < end {
            if bench.radio.isReady {
                try bench.radio.send(Uplink(port: 1, payload: .init(repeating: 1, count: 51)), at: bench.now)
            }
            bench.run(for: .seconds(20)) { bench.radio.isReady }
        }
        let frames = bench.air.uplinks
        #expect(frames.count > 20)
        for band in [865_000_000...867_999_999, 868_000_000...868_600_000] {
            let own = frames.filter { band.contains($0.frequency) }
            for last in own {
                let used = own.filter { $0.end > last.end - .hours(1) && $0.start <= last.start }
                    .reduce(TimeSpan.zero) { $0 + ($1.end - max($1.start, last.end - .hours(1))) }
                #expect(used <= .seconds(36), "\(used)")
            }
        }
        bench.checkCounters("three hours")
    }

    @Test func `the purse holds, and the driver says that it waits for it`() throws {
        let bench = try ModuleBench { $0.dataRate = DataRate(0) }
        bench.budget.accounts.setDailyAirTime(.seconds(4))
        try bench.join()
        #expect(try bench.send(.init(repeating: 0, count: 40)) == .sent)
        try bench.radio.send(Uplink(port: 1, payload: .init(repeating: 0, count: 40)), at: bench.now)
        bench.run(for: .minutes(1))
        let waiting = bench.events.contains { if case .waiting(_, .dailyAirTime) = $0.event { true } else { false } }
        #expect(waiting && bench.results.count == 1)
        bench.run(for: .hours(25)) { bench.results.count == 2 }
        #expect(bench.results == [.sent, .sent])
    }

    @Test func `a session goes on after a restart of the bridge and of the module`() throws {
        for (bridge, module) in [(true, false), (false, true), (true, true)] {
            let bench = try ModuleBench(hasResetPin: false)
            try bench.join()
            for _ in 0..<3 { _ = try bench.send() }
            if module { bench.module.brownOut() }
            if bridge { try bench.restartBridge() }
            bench.run(for: .minutes(1)) {
                bench.radio.isReady && bench.events.contains { if case .resumed = $0.event { true } else { false } }
            }
            #expect(try bench.send([9]) == .sent)
            #expect(bench.joins == 1 && bench.server.joins.count == 1)
            #expect(bench.server.uplinks.last?.counter == 3)
            bench.checkCounters("restart")
        }
    }

    @Test func `a module that was changed for another joins anew`() throws {
        let bench = try ModuleBench()
        try bench.join()
        let other = RN2483Simulator(world: bench.world, air: bench.air, seed: 99)
        bench.radio = try ModuleDriver(
            RN2483.self, bench.configuration, record: bench.budget.record, probe: ModuleBench.probe,
            budget: bench.budget,
            reset: other.resetPin,
            random: SeededRandom(seed: 3))
        bench.radio.attach(other, at: bench.now)
        bench.run(for: .minutes(1)) { bench.joins == 2 }
        #expect(bench.joins == 2)
    }

    @Test func `a record of another device or another key is passed over`() throws {
        let bench = try ModuleBench()
        try bench.join()
        bench.configuration.activation = .overTheAir(
            joinEUI: JoinEUI(rawValue: 2), appKey: try AES128Key([UInt8](repeating: 7, count: 16)))
        try bench.server.register(
            devEUI: ModuleBench.devEUI, joinEUI: 2, appKey: AES128Key([UInt8](repeating: 7, count: 16)))
        try bench.restartBridge()
        bench.run(for: .minutes(1)) { bench.joins == 2 }
        #expect(bench.joins == 2)
    }

    @Test func `a personalised device counts on where it stopped`() throws {
        let keys = SessionKeys(
            network: try AES128Key([UInt8](repeating: 2, count: 16)),
            application: try AES128Key([UInt8](repeating: 3, count: 16)))
        let bench = try ModuleBench {
            var given = Personalization(devAddr: DevAddr(rawValue: 0x0102_0304), keys: keys)
            given.frequencies = [867_100_000, 867_300_000]
            given.firstUplinkCounter = FrameCounter(rawValue: 70_000)
            $0.activation = .personalized(given)
        }
        try bench.server.activate(
            devEUI: ModuleBench.devEUI, devAddr: 0x0102_0304, networkKey: keys.network,
            applicationKey: keys.application,
            lastUplink: 69_999)
        try bench.join()
        for _ in 0..<12 { #expect(try bench.send() == .sent) }
        try bench.restartBridge()
        bench.run(for: .minutes(1)) { bench.radio.isReady }
        #expect(try bench.send() == .sent)
        #expect(bench.server.uplinks.map(\.counter) == Array(70_000...70_012))
        #expect(Set(bench.server.uplinks.map(\.heard.frequency)).isSuperset(of: [867_100_000]))
        bench.checkCounters("ABP")
    }

    @Test func `firmware without counters refuses a personalised device, and says what to do`() throws {
        let bench = try ModuleBench(firmware: .v095) {
            guard let key = try? ModuleBench.key() else { return }
            $0.activation = .personalized(
                Personalization(devAddr: DevAddr(rawValue: 1), keys: SessionKeys(network: key, application: key)))
        }
        bench.start()
        bench.run(for: .seconds(10))
        #expect(bench.failures.first?.error.message.contains("update it") == true)
    }

    @Test func `the data rate that the network orders is used and charged, and so are its repetitions`() throws {
        let bench = try ModuleBench { $0.dataRate = DataRate(0) }
        try bench.join()
        #expect(bench.radio.maximumPayload == 51)
        // LinkADRReq: DR5, power 1, channels 0-7, NbTrans 2.
        bench.server.enqueue(commands: [0x03, 0x51, 0xFF, 0x00, 0x02], for: ModuleBench.devEUI)
        _ = try bench.send()
        _ = try bench.send()
        #expect(bench.air.uplinks.last?.spreadingFactor == 7)
        let sent = bench.air.uplinks.count
        _ = try bench.send()
        // Three are granted until it is known that two are made.
        #expect(bench.air.uplinks.count == sent + 2)
        let once = try #require(bench.air.uplinks.last?.airTime)
        #expect(try #require(bench.budget.granted.last?.transmission.airTime) >= once * 2)
        #expect(bench.radio.session?.repetitions == 2)
        #expect(bench.radio.maximumPayload == 222)
    }

    @Test func `a channel that the network defines is in the ledger's sub-bands`() throws {
        let bench = try ModuleBench(server: NetworkServer.Settings(extraChannels: []))
        try bench.join()
        _ = try bench.send()
        #expect(bench.budget.granted.last?.transmission.subBands == [2])
        // NewChannelReq: channel 3 at 867.1 MHz, DR0 to DR5.
        bench.server.enqueue(commands: [0x07, 3, 0x18, 0x4F, 0x84, 0x50], for: ModuleBench.devEUI)
        _ = try bench.send()
        _ = try bench.send()
        #expect(bench.budget.granted.last?.transmission.subBands == [1, 2])
    }

    @Test(.tags(.campaign), .slow) func `two weeks with loss and ADR stay joined, lawful and in step`() throws {
        let bench = try ModuleBench(server: NetworkServer.Settings(controlsDataRate: true)) {
            $0.dataRate = DataRate(0)
        }
        bench.budget.accounts.setDailyAirTime(.seconds(30))
        try bench.join()
        bench.air.lossProbability = 0.2
        let end = bench.now + .hours(14 * 24)
        while bench.now < end {
            if bench.radio.isReady {
                let payload = [UInt8](repeating: 3, count: min(20, bench.radio.maximumPayload))
                try bench.radio.send(Uplink(port: 1, payload: payload), at: bench.now)
                if Int(bench.now.nanoseconds / 1_000_000_000) % 50 == 0 {
                    bench.server.enqueue(QueuedDownlink(port: 3, payload: [1]), for: ModuleBench.devEUI)
                }
            }
            bench.run(for: .minutes(15))
        }
        #expect(bench.results.count > 1_000 && bench.results.allSatisfy { $0 == .sent })
        #expect(bench.server.uplinks.count > bench.results.count * 7 / 10)
        #expect(bench.joins == 1 && bench.failures.isEmpty)
        bench.checkCounters("two weeks")
        for (index, frame) in bench.air.uplinks.enumerated() {
            let day = bench.air.uplinks.prefix(index + 1).suffix(200).filter { $0.start > frame.end - .hours(24) }
            #expect(day.reduce(TimeSpan.zero) { $0 + $1.airTime } <= .seconds(31))
        }
    }

    @Test func `a payload that does not fit is refused, and so is a port that the module has not`() throws {
        let bench = try ModuleBench { $0.dataRate = DataRate(0) }
        #expect(throws: UplinkRefusal.notJoined) { try bench.radio.send(Uplink(port: 1, payload: [1]), at: bench.now) }
        try bench.join()
        #expect(throws: UplinkRefusal.payloadTooLong(bytes: 52, limit: 51)) {
            try bench.radio.send(Uplink(port: 1, payload: .init(repeating: 0, count: 52)), at: bench.now)
        }
        #expect(throws: UplinkRefusal.wrongPort(nil)) {
            try bench.radio.send(Uplink(port: nil, payload: []), at: bench.now)
        }
        try bench.radio.send(Uplink(port: 1, payload: [1]), at: bench.now)
        #expect(throws: UplinkRefusal.busy) { try bench.radio.send(Uplink(port: 1, payload: [1]), at: bench.now) }
    }

    @Test func `an order to join anew makes a new session`() throws {
        let bench = try ModuleBench()
        try bench.join()
        bench.radio.rejoin(at: bench.now)
        bench.run(for: .minutes(2)) { bench.joins == 2 && bench.radio.isReady }
        #expect(try bench.send() == .sent)
        #expect(bench.server.joins.count == 2 && bench.server.uplinks.last?.counter == 0)
    }

    @Test func `when all counters are used the device joins anew`() throws {
        let bench = try ModuleBench()
        try bench.join()
        bench.module.nextUplink = .max
        _ = try bench.send()
        bench.run(for: .minutes(2)) { bench.joins == 2 && bench.radio.isReady }
        #expect(bench.joins == 2)
    }

    @Test func `a module of another band is refused with what to change`() throws {
        let bench = try ModuleBench { $0.region = .us915 }
        bench.start()
        bench.run(for: .seconds(10))
        #expect(bench.failures.first?.error.message.contains("US915") == true)
    }

    @Test func `the record survives its encoding, and noise is no record`() throws {
        let session = ModuleRecord.Session(
            devAddr: DevAddr(rawValue: .max), nextUplink: FrameCounter(rawValue: .max),
            nextDownlink: FrameCounter(rawValue: 0), dataRate: DataRate(15), isSaved: true)
        var uncounted = session
        uncounted.repetitions = nil
        for record in [
            ModuleRecord(devEUI: DevEUI(rawValue: .max), keyCheck: 7, session: session),
            ModuleRecord(devEUI: DevEUI(rawValue: 0), keyCheck: .max),
            ModuleRecord(devEUI: DevEUI(rawValue: 1), keyCheck: 1, session: uncounted),
        ] {
            let bytes = record.encoded
            #expect(ModuleRecord(decoding: bytes) == record)
            for count in 0..<bytes.count { #expect(ModuleRecord(decoding: Array(bytes.prefix(count))) != record) }
            #expect(ModuleRecord(decoding: bytes + [32]) == nil)
        }
        #expect(ModuleRecord(decoding: [0xFF, 0, 10]) == nil)
    }
}
