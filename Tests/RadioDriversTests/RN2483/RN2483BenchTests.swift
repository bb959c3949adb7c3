import HardwareInterfaces
import HardwareSimulators
import LoRaWAN
import RadioDrivers
import TestTags
import Testing
import Timekeeping

/// Bench work with a module, between two lives of the service.
@Suite struct RN2483BenchTests {
    private let frame = Transmission(
        payload: [0xE0, 1, 2, 3], frequency: 868_300_000,
        modulation: .lora(.init(spreadingFactor: 9, bandwidth: .khz125)), power: 7)
    private let channel = Modulation.LoRa(spreadingFactor: 12, bandwidth: .khz125)

    private func open(_ bench: ModuleBench) throws -> RN2483Bench {
        try RN2483Bench(line: bench.module, clock: bench.world.clock, waiter: bench.world)
    }

    /// The service goes on where it was.
    private func expectSession(_ bench: ModuleBench, _ context: String = "") throws {
        try bench.restartBridge()
        bench.run(for: .minutes(2)) { bench.radio.isReady }
        let before = bench.server.uplinks.count
        #expect(try bench.send() == .sent, "\(context)")
        #expect(bench.joins == 1 && bench.server.uplinks.count == before + 1, "\(context)")
    }

    @Test(arguments: [ModuleFirmware.v095, .v103, .v105, .us915])
    func `what is set is told, no key is, and nothing is changed`(firmware: ModuleFirmware) throws {
        let world = SimulatedWorld(startingAt: UTCInstant(secondsSince1970: 1_795_000_000))
        let module = RN2483Simulator(world: world, air: Air(world: world), firmware: firmware)
        var bench = try RN2483Bench(line: module, clock: world.clock, waiter: world)
        let settings = try bench.settings(of: firmware == .us915 ? .us915 : .eu868)
        func value(_ name: String) -> String? { settings.first { $0.name == name }?.value }
        #expect(value("sys get ver") == firmware.banner && value("sys get vdd") == "3305")
        #expect(value("mac get dr") != nil && value("radio get sf") == "sf12" && value("radio get wdt") == "15000")
        #expect(value("mac get ch freq 2") == (firmware == .us915 ? "902700000" : "868500000"))
        #expect((value("mac get upctr") != nil) == (firmware != .v095))
        #expect((value("radio get rssi") != nil) == (firmware == .v105 || firmware == .us915))
        #expect(value(firmware == .us915 ? "mac get rx2" : "mac get rx2 868")?.contains(" ") == true)
        #expect(module.commands.allSatisfy { $0.split(separator: " ").dropFirst().first == "get" })
        #expect(module.saves == 0 && module.resets == 0)
    }

    @Test(arguments: [ModuleFirmware.v103, .v105])
    func `a frame goes out without the MAC, whose session goes on`(firmware: ModuleFirmware) throws {
        let service = try ModuleBench(firmware: firmware, hasResetPin: false)
        try service.join()
        _ = try service.send()
        var bench = try open(service)
        let duration = try bench.transmit(frame)
        let sent = try #require(service.air.uplinks.last)
        #expect(sent.payload == frame.payload && sent.frequency == 868_300_000 && sent.spreadingFactor == 9)
        #expect(sent.power == 7 && sent.hasCRC && !sent.invertedIQ)
        #expect(duration >= sent.airTime && duration < sent.airTime + .milliseconds(100))
        #expect(!service.module.isPaused && service.module.watchdog == 15_000 && service.module.isJoined)
        try expectSession(service)
        #expect(service.module.violations.isEmpty)
    }

    @Test func `a MAC that is in the middle of an exchange is let finish`() throws {
        let service = try ModuleBench(hasResetPin: false)
        try service.join()
        // The service dies behind its command.
        try service.radio.send(Uplink(port: 1, payload: [1]), at: service.now)
        service.run(for: .milliseconds(300))
        #expect(service.module.commands.last?.hasPrefix("mac tx") == true)
        var bench = try open(service)
        _ = try bench.transmit(frame)
        #expect(service.module.violations.isEmpty)
        #expect(service.air.uplinks.last?.payload == frame.payload)
        try expectSession(service)
    }

    @Test func `what others send is heard, of devices or of gateways, until the time is over`() throws {
        for (firmware, uplinks) in [(ModuleFirmware.v105, true), (.v105, false), (.v103, true)] {
            let service = try ModuleBench(firmware: firmware, hasResetPin: false)
            try service.join()
            let begin = service.now
            for (second, isDevice) in [(3, true), (14, false), (21, true), (33, false)] as [(Int64, Bool)] {
                service.world.schedule(after: .seconds(second)) {
                    service.air.transmit(
                        AirTransmission(
                            payload: [UInt8(second)], frequency: 869_525_000, spreadingFactor: 12, bandwidth: 125_000,
                            invertedIQ: !isDevice, hasCRC: isDevice, start: service.now))
                }
            }
            var heard: [HeardFrame] = []
            var bench = try open(service)
            try bench.receive(
                frequency: 869_525_000, modulation: channel, uplinks: uplinks, for: .seconds(40)
            ) { heard.append($0) }
            #expect(heard.map(\.payload) == (uplinks ? [[3], [21]] : [[14], [33]]))
            #expect(heard.allSatisfy { $0.snr == 7 && $0.rssi == (firmware == .v105 ? -61 : nil) })
            #expect(service.now - begin >= .seconds(39) && service.now - begin < .seconds(45))
            #expect(!service.module.isPaused && service.module.watchdog == 15_000)
            try expectSession(service)
            #expect(service.module.violations.isEmpty)
        }
    }

    @Test func `what an interrupted reception leaves behind holds up neither the next bench nor the service`() throws {
        for isBench in [true, false] {
            let service = try ModuleBench(hasResetPin: false)
            try service.join()
            for line in ["mac pause", "radio set wdt 10000", "radio rx 0"] {
                try service.module.write(Array("\(line)\r\n".utf8))
                service.world.run(until: service.now + .milliseconds(50))
            }
            if isBench {
                var bench = try open(service)
                _ = try bench.transmit(frame)
                #expect(!service.module.isPaused && service.module.watchdog == 15_000)
            }
            try expectSession(service, "bench \(isBench)")
        }
    }

    @Test(arguments: ["ok", "busy", "0", "radio_err", "mac_tx_ok", "4294967245", ""])
    func `a thing that answers everything alike is told of, and does not hold the bench`(word: String) throws {
        let world = SimulatedWorld(startingAt: UTCInstant(secondsSince1970: 1_795_000_000))
        let echo = Echo(word)
        var bench = try RN2483Bench(line: echo, clock: world.clock, waiter: world)
        let begin = world.now
        #expect(throws: RadioError.self) { try bench.transmit(frame) }
        #expect(world.now - begin < .minutes(2))
    }

    @Test(.tags(.campaign), .slow)
    func `every fault at every command ends in a result or in words, and the session goes on`() throws {
        let clean = try ModuleBench()
        try clean.join()
        let first = clean.module.commands.count
        var bench = try open(clean)
        _ = try bench.transmit(frame)
        let steps = first..<clean.module.commands.count
        #expect(steps.count > 12)
        for fault in ModuleFault.allCases {
            for step in steps {
                let name = "\(fault) at \(clean.module.commands[step])"
                let service = try ModuleBench()
                try service.join()
                service.module.plannedFault = (step, fault)
                let begin = service.now
                do {
                    var bench = try open(service)
                    _ = try bench.transmit(frame)
                } catch {
                    #expect("\(error)".count > 20, "\(name): \(error)")
                }
                #expect(service.now - begin < .seconds(70), "\(name)")
                service.module.plugIn()
                try expectSession(service, name)
                #expect(service.air.uplinks.count { $0.payload == frame.payload } <= 1, "\(name)")
            }
        }
    }
}

/// Tells what it is, and answers everything else alike.
private final class Echo: BreakableLine {
    var pollDescriptor: Int32? { nil }
    private let word: String
    private var pending: [UInt8] = []

    init(_ word: String) { self.word = word }

    func read(into buffer: inout [UInt8], limit: Int) -> ReadOutcome {
        guard !pending.isEmpty else { return .nothingYet }
        buffer += pending
        defer { pending = [] }
        return .bytes(pending.count)
    }

    func write(_ bytes: [UInt8]) {
        guard bytes.last == 0x0A else { return }
        let isVersion = bytes.starts(with: Array("sys get ver".utf8))
        let answer = isVersion ? "RN2483 1.0.5 Oct 31 2018 15:06:52" : word
        if isVersion || !word.isEmpty { pending += Array("\(answer)\r\n".utf8) }
    }

    func setBreak(_ isOn: Bool) {}
}
