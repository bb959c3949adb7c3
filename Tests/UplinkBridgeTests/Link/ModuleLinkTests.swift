import Ciphers
import HardwareInterfaces
import HardwareSimulators
import LoRaWAN
import RadioDrivers
import SmartMeter
import TestTags
import Testing
import Timekeeping
import UplinkBridge
import UplinkPayload

@testable import BridgeStore

/// A bridge whose radio is an RN2483.
@Suite struct ModuleLinkTests {
    static let often = ModuleBridge.text.replacing("[[report]]", with: "[[report]]\nevery = \"1m\"")
        .replacing("[lorawan]", with: "[lorawan]\ndaily_airtime = \"off\"")
    let silence = Alarm(.silence, meter: 0, isActive: true, time: nil, value: 5)

    @Test(arguments: [
        ModuleFirmware.v095, .v100, .v101, .v103, .v105,
    ])
    func `a bridge with a module of each firmware joins, and its reports can be decoded`(firmware: ModuleFirmware)
        throws
    {
        let bridge = try ModuleBridge(firmware: firmware)
        bridge.post()
        bridge.run(for: .hours(2))
        let readings = try bridge.received(.readings)
        #expect(readings.count >= 8 && readings.allSatisfy { $0.contains("\"import_kwh\":25.653") }, "\(readings)")
        #expect(bridge.joins == 1 && bridge.failures.isEmpty)
        bridge.audit("\(firmware.banner)", dailyAirTime: .seconds(30))
    }

    @Test(arguments: [(ModuleFirmware.us915, ServerRegion.us915, "US915"), (.au915, .au915, "AU915")])
    func `an RN2903 finds the channels that the network listens on`(
        firmware: ModuleFirmware, region: ServerRegion, name: String
    ) throws {
        // The last group of eight, and its wide channel.
        let narrow = (56..<64).map { (name == "US915" ? 902_300_000 : 915_200_000) + 200_000 * $0 }
        let bridge = try ModuleBridge(
            ModuleBridge.text.replacing("[lorawan]", with: "[lorawan]\nregion = \"\(name)\""), firmware: firmware,
            server: .init(receive2DataRate: 8, extraChannels: [], region: region))
        bridge.bench.gateway.channels = Set(narrow)
        bridge.post()
        bridge.run(for: .hours(2))
        #expect(bridge.joins == 1, "\(bridge.failures)")
        // All but those on the wide channel arrive.
        #expect(try bridge.received(.readings).count >= 4)
        let sent = bridge.bench.air.uplinks.filter { $0.payload[0] >> 5 != 0 }.map(\.frequency)
        #expect(sent.allSatisfy { narrow.contains($0) || $0 > narrow[0] }, "\(sent)")
        #expect(bridge.module.refused.isEmpty, "\(bridge.module.refused)")
    }

    @Test func `a module for another continent is refused with what to change`() throws {
        let cases: [(String, ModuleFirmware)] = [
            ("US915", .au915), ("AU915", .us915), ("US915", .v105), ("US915", .sa103),
        ]
        for (name, firmware) in cases {
            let bridge = try ModuleBridge(
                ModuleBridge.text.replacing("[lorawan]", with: "[lorawan]\nregion = \"\(name)\""), firmware: firmware)
            bridge.run(for: .seconds(30))
            #expect(bridge.failures.first?.contains("change region or module") == true, "\(bridge.failures)")
            #expect(bridge.bench.air.uplinks.isEmpty)
        }
    }

    @Test func `Australia's first firmware, whose data rates the network has given up, is refused with what to do`()
        throws
    {
        let bridge = try ModuleBridge(
            ModuleBridge.text.replacing("[lorawan]", with: "[lorawan]\nregion = \"AU915\""), firmware: .sa103)
        bridge.run(for: .seconds(30))
        #expect(bridge.failures.first?.contains("has not the data rates of AU915") == true, "\(bridge.failures)")
        #expect(bridge.bench.air.uplinks.isEmpty)
    }

    @Test func `a restart of board and module goes on without a join, with the next counter`() throws {
        let bridge = try ModuleBridge(Self.often)
        bridge.post()
        bridge.run(for: .minutes(5))
        let before = try #require(bridge.bench.server.uplinks.last?.counter)
        bridge.cut()
        bridge.module.brownOut()
        bridge.world.run(until: bridge.world.now + .minutes(1))
        try bridge.start()
        bridge.post()
        bridge.run(for: .minutes(3))
        #expect(bridge.bench.server.joins.count == 1)
        #expect(try #require(bridge.bench.server.uplinks.last?.counter) > before)
        #expect(bridge.count { if case .resumed = $0 { true } else { false } } == 1)
        // The EEPROM lasts: it was written for the join alone.
        #expect(bridge.module.saves == 1)
        bridge.audit("restart")
    }

    @Test func `downlink commands are carried out and answered`() throws {
        let bridge = try ModuleBridge(ModuleBridge.text.replacing("[lorawan]", with: "[lorawan]\ndata_rate = 5"))
        bridge.post()
        bridge.downlink([.setReport(1, isOn: true, period: 6), .sendStatus], sequence: 1)
        bridge.run(for: .minutes(10))
        let reply = try #require(try bridge.received(.reply).first)
        #expect(reply.contains("\"sequence\":1") && reply.contains("\"accepted\":2"))
        #expect(try bridge.received(.status).count >= 3)
        #expect(try bridge.received(.readings).count >= 6)
        bridge.downlink([.rejoin], sequence: 2)
        bridge.run(for: .minutes(20))
        #expect(try bridge.received(.reply).count == 2)
        #expect(bridge.bench.server.joins.count == 2)
        bridge.audit("commands", dailyAirTime: .seconds(30))
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `each join-request that the network answers gives a session, at any data rate`(seed: UInt64) throws {
        let bridge = try ModuleBridge(seed: seed)
        for round in 1...3 {
            bridge.run(for: .minutes(5)) { bridge.running?.link.isReady ?? false }
            #expect(
                bridge.joins == round && bridge.bench.server.joins.count == round,
                "\(bridge.bench.server.joins.count), \(bridge.bench.air.uplinks.map(\.spreadingFactor))")
            bridge.running?.link.rejoin()
        }
    }

    @Test func `an alarm is repeated until the network has it`() throws {
        let bridge = try ModuleBridge()
        bridge.post()
        bridge.run(for: .minutes(2))
        bridge.bench.server.isMute = true
        bridge.running?.commons.alarms.put(silence)
        bridge.run(for: .minutes(2))
        bridge.bench.server.isMute = false
        bridge.run(for: .minutes(10))
        let alarms = bridge.bench.server.uplinks.filter { $0.port == ReportKind.alarm.port }
        #expect(alarms.count >= 2 && alarms.allSatisfy(\.isConfirmed))
        let sent = alarms.count
        bridge.run(for: .hours(1))
        #expect(bridge.bench.server.uplinks.count { $0.port == ReportKind.alarm.port } == sent)
        bridge.audit("alarm")
    }

    @Test func `a report that fills the frame goes out though the module has something to answer`() throws {
        let fields = (0..<12).map {
            "{ obis = \"1-0:1.8.0\", name = \"f\($0)\", resolution = 1, min = 0, max = 8589934589 }"
        }
        let bridge = try ModuleBridge(
            ModuleBridge.text.replacing("\"1-0:1.8.0\"", with: fields.joined(separator: ", "))
                .replacing("[lorawan]", with: "[lorawan]\ndaily_airtime = \"off\""))
        bridge.post()
        bridge.run(for: .minutes(1))
        // LinkADRReq for DR0, where a frame holds 51 bytes, and RXTimingSetupReq.
        bridge.bench.server.enqueue(commands: [0x03, 0x01, 0x07, 0x00, 0x01, 0x08, 0x01], for: bridge.devEUI)
        bridge.run(for: .hours(3))
        let slow = bridge.bench.server.uplinks.filter { $0.dataRate == 0 }
        let reports = slow.filter { $0.port == ReportKind.readings.port }
        #expect(
            reports.count >= 6 && reports.allSatisfy { $0.payload.count == 51 },
            "\(slow.map { [Int($0.port ?? 0), $0.payload.count] })")
        #expect(!bridge.uplinkEvents.contains { if case .refused = $0 { true } else { false } })
        #expect(bridge.bench.server.uplinks.contains { $0.commands.starts(with: [0x03, 7]) }, "MAC answers were given")
        bridge.audit("full frames")
    }

    @Test func `a line that can't be opened is tried again, and an adapter that is plugged in again is used`() throws {
        let bridge = try ModuleBridge(Self.often)
        bridge.lineFault = HardwareError(.notFound, device: "/dev/serial0", message: "is it plugged in?")
        bridge.run(for: .minutes(2))
        #expect(bridge.failures.count > 5 && bridge.failures.allSatisfy { $0.contains("plugged in") })
        bridge.lineFault = nil
        bridge.post()
        bridge.run(for: .minutes(3))
        #expect(bridge.joins == 1)
        bridge.module.plannedFault = (bridge.module.commands.count, .unplugged)
        bridge.run(for: .minutes(2))
        #expect(bridge.failures.last?.contains("unplugged") == true)
        let before = bridge.bench.server.uplinks.count
        bridge.run(for: .minutes(2))
        #expect(bridge.bench.server.uplinks.count > before && bridge.joins == 1)
        bridge.module.brownOut()
        bridge.run(for: .minutes(1))
        let started = bridge.bench.events.lastIndex { if case .radioStarted = $0 { true } else { false } }
        let failed = bridge.bench.events.lastIndex { if case .radioFailed = $0 { true } else { false } }
        #expect(try #require(started) > #require(failed), "that it works again is told")
        bridge.audit("unplugged")
    }

    @Test func `nothing is sent while nothing can be stored`() throws {
        let bridge = try ModuleBridge(Self.often)
        bridge.post()
        bridge.run(for: .minutes(2))
        bridge.disk.isReadOnly()
        bridge.run(for: .seconds(20))
        let sent = bridge.bench.air.uplinks.count
        bridge.run(for: .minutes(2))
        #expect(bridge.bench.air.uplinks.count == sent)
        #expect(bridge.count { if case .storeFailed = $0 { true } else { false } } > 0)
        bridge.disk.works()
        bridge.run(for: .minutes(2))
        #expect(bridge.bench.air.uplinks.count > sent)
        bridge.audit("disk")
    }

    @Test func `a bridge that waits does nothing`() throws {
        let bridge = try ModuleBridge(ModuleBridge.text.replacing("[[report]]", with: "[[report]]\nevery = \"7d\""))
        bridge.post()
        bridge.run(for: .minutes(30))
        let commands = bridge.module.commands.count
        let rounds = bridge.run(for: .hours(5))
        #expect(rounds < 5 && bridge.module.commands.count == commands, "\(rounds)")
    }

    @Test func `whenever the power is cut, no counter is used twice and no limit exceeded`() throws {
        let bridge = try ModuleBridge(Self.often)
        try bridge.cutOften(bridge.module)
        #expect(bridge.bench.server.uplinks.count > 10)
        bridge.audit("cuts")
    }

    @Test func `what a day spends can be read beside the bridge, and its joins end with the budget renewed`() throws {
        let bridge = try ModuleBridge(Self.often)
        bridge.post()
        bridge.run(for: .minutes(10))
        let airTime = bridge.bench.air.uplinks.reduce(TimeSpan.zero) { $0 + $1.airTime }
        let spent = try #require(
            try SpentAirTime(statePath: bridge.bench.path, region: .eu868, clock: bridge.world.clock))
        let most = try #require(spent.lastHour.map(\.spent).max())
        // In each sub-band that it may have been in.
        #expect(most >= airTime && most < airTime + .seconds(1), "\(most), \(airTime)")
        let stored = try #require(try bridge.running?.commons.store.device().state)
        #expect(try DeviceState(decoding: stored).joinBudget.succeeded)
    }

    @Test(.slow, arguments: [2, 6, 13, 15] as [UInt8])
    func `repetitions that the network orders stay within law and purse`(nbTrans: UInt8) throws {
        for dailyAirTime in [TimeSpan.seconds(30), nil] {
            let text = ModuleBridge.text.replacing("[[report]]", with: "[[report]]\nevery = \"1m\"")
                .replacing("[lorawan]", with: "[lorawan]\ndaily_airtime = \"\(dailyAirTime == nil ? "off" : "30s")\"")
            // Three channels in one sub-band: where the module waits for one of them too.
            let bridge = try ModuleBridge(text, server: .init(extraChannels: []))
            bridge.post()
            bridge.run(for: .minutes(30))
            // DR0, where a frame lasts longest.
            bridge.bench.server.enqueue(commands: [0x03, 0x01, 0x07, 0x00, nbTrans], for: bridge.devEUI)
            bridge.run(for: .hours(6))
            bridge.bench.server.enqueue(commands: [0x03, 0x31, 0x07, 0x00, 1], for: bridge.devEUI)
            let before = bridge.bench.server.uplinks.count
            bridge.run(for: .hours(30))
            #expect(bridge.bench.server.uplinks.count > before + 20, "it did not fall silent")
            #expect(bridge.bench.server.uplinks.contains { $0.dataRate == 3 })
            let rejected = bridge.bench.server.rejected.filter {
                if case .repetition = $0.reason { false } else { true }
            }
            #expect(rejected.isEmpty)
            bridge.auditAirTime(
                "NbTrans \(nbTrans), purse \(dailyAirTime.map { "\($0)" } ?? "off")", dailyAirTime: dailyAirTime)
        }
    }

    @Test func `what the network changes outlasts a reset of the module, and seldom wears its EEPROM`() throws {
        let bridge = try ModuleBridge(Self.often)
        bridge.post()
        bridge.run(for: .minutes(3))
        // RXTimingSetupReq: five seconds.
        bridge.bench.server.enqueue(commands: [0x08, 0x05], for: bridge.devEUI)
        bridge.run(for: .minutes(5))
        #expect(bridge.module.receiveDelay == .seconds(5))
        bridge.module.brownOut()
        bridge.run(for: .minutes(5))
        #expect(bridge.joins == 1)
        #expect(bridge.module.receiveDelay == .seconds(5))
    }

    @Test func `a network that changes channels all the time does not wear the EEPROM out`() throws {
        let bridge = try ModuleBridge(Self.often)
        bridge.post()
        for channel in 8..<14 {
            bridge.run(for: .minutes(10))
            bridge.bench.server.enqueue(
                commands: [0x07, UInt8(channel), 0x18, 0x4F, 0x84, 0x50], for: bridge.devEUI)
        }
        #expect(bridge.module.saves == 2, "once for the join, once for all changes of a day: \(bridge.module.saves)")
    }

    @Test func `a change of the radio and back uses no counter of a personalised device twice`() throws {
        let abp = """
            activation = "abp"
            dev_eui = "70B3D57ED0000001"
            dev_addr = "26000001"
            nwk_s_key = "2B7E151628AED2A6ABF7158809CF4F3C"
            app_s_key = "3C4FCF098815F7ABA6D2AE2816157E2B"
            """
        let text = Self.often.split(separator: "\n").filter {
            !$0.hasPrefix("join_eui") && !$0.hasPrefix("dev_eui") && !$0.hasPrefix("app_key")
        }.joined(separator: "\n").replacing("[lorawan]", with: "[lorawan]\n\(abp)")
        let bridge = try ModuleBridge(text)
        let key = try AES128Key(hex: "2B7E151628AED2A6ABF7158809CF4F3C")
        try bridge.bench.server.activate(
            devEUI: bridge.devEUI, devAddr: 0x2600_0001, networkKey: key,
            applicationKey: AES128Key(hex: "3C4FCF098815F7ABA6D2AE2816157E2B"))
        for round in 0..<3 {
            bridge.post()
            bridge.run(for: .minutes(4))
            bridge.cut()
            do {
                let link = try bridge.bench.makeLink(seed: UInt64(round) + 50)
                let before = bridge.bench.server.uplinks.count
                bridge.bench.run(link, for: .minutes(1)) { link.isReady }
                try link.send(Uplink(port: 1, payload: [1, UInt8(round)]))
                bridge.bench.run(link, for: .seconds(30))
                #expect(bridge.bench.server.uplinks.count == before + 1)
            }
            if round < 2 { try bridge.start() }
        }
        #expect(bridge.bench.server.uplinks.count > 8)
        bridge.audit("both radios")
    }

    @Test func `a session that a chip has joined since is not the module's any more`() throws {
        let bridge = try ModuleBridge(Self.often)
        bridge.post()
        bridge.run(for: .minutes(3))
        bridge.cut()
        do {
            let link = try bridge.bench.makeLink(seed: 77)
            bridge.bench.run(link, for: .minutes(10)) { link.isReady }
            #expect(bridge.bench.server.joins.count == 2)
            try link.send(Uplink(port: 1, payload: [1]))
            bridge.bench.run(link, for: .seconds(30))
        }
        try bridge.start()
        bridge.post()
        bridge.run(for: .minutes(4))
        #expect(bridge.bench.server.joins.count == 3)
        bridge.audit("taken over")
    }
}
