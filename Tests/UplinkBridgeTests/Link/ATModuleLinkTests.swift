import HardwareSimulators
import LoRaWAN
import RadioDrivers
import TestTags
import Testing
import Timekeeping
import UplinkPayload

@testable import BridgeConfiguration
@testable import UplinkBridge

/// A bridge whose radio is a LoRa-E5 or a RAK3172.
@Suite struct ATModuleLinkTests {
    let silence = Alarm(.silence, meter: 0, isActive: true, time: nil, value: 5)

    @Test(arguments: ATModuleKind.all)
    func `it joins, and its reports can be decoded`(kind: ATModuleKind) throws {
        let bridge = try ATModuleBridge(kind, ModuleBridge.text)
        bridge.post()
        bridge.run(for: .hours(2))
        let readings = try bridge.received(.readings)
        #expect(readings.count >= 8 && readings.allSatisfy { $0.contains("\"import_kwh\":25.653") }, "\(readings)")
        #expect(bridge.joins == 1 && bridge.failures.isEmpty, "\(bridge.failures)")
        #expect(bridge.module.refused.isEmpty, "\(bridge.module.refused)")
        bridge.audit("\(kind)", dailyAirTime: .seconds(30))
    }

    @Test(arguments: ATModuleKind.all, [("US915", ModulePlan.us915, ServerRegion.us915), ("AU915", .au915, .au915)])
    func `it finds the channels that the network of a fixed plan listens on`(
        kind: ATModuleKind, place: (name: String, plan: ModulePlan, server: ServerRegion)
    ) throws {
        // The last group of eight.
        let narrow = (56..<64).map { (place.name == "US915" ? 902_300_000 : 915_200_000) + 200_000 * $0 }
        let bridge = try ATModuleBridge(
            kind, ModuleBridge.text.replacing("[lorawan]", with: "[lorawan]\nregion = \"\(place.name)\""),
            plan: place.plan, server: .init(receive2DataRate: 8, extraChannels: [], region: place.server))
        bridge.bench.gateway.channels = Set(narrow)
        bridge.post()
        bridge.run(for: .hours(3))
        #expect(bridge.joins == 1, "\(bridge.failures)")
        #expect(try bridge.received(.readings).count >= 4)
        #expect(bridge.module.refused.isEmpty, "\(bridge.module.refused)")
    }

    @Test(arguments: ATModuleKind.all)
    func `a restart of the board alone goes on without a join, one of the module too with a new one`(
        kind: ATModuleKind
    ) throws {
        let bridge = try ATModuleBridge(kind)
        bridge.post()
        bridge.run(for: .minutes(5))
        bridge.cut()
        bridge.world.run(until: bridge.world.now + .minutes(1))
        try bridge.start()
        bridge.post()
        bridge.run(for: .minutes(3))
        #expect(bridge.bench.server.joins.count == 1)
        #expect(bridge.count { if case .resumed = $0 { true } else { false } } == 1)
        bridge.cut()
        bridge.module.brownOut()
        try bridge.start()
        bridge.post()
        bridge.run(for: .minutes(3))
        #expect(bridge.bench.server.joins.count == 2)
        let before = bridge.bench.server.uplinks.count
        bridge.run(for: .minutes(3))
        #expect(bridge.bench.server.uplinks.count > before)
        bridge.audit("\(kind)")
    }

    @Test(arguments: ATModuleKind.all)
    func `downlink commands are carried out and answered, and an alarm is repeated until the network has it`(
        kind: ATModuleKind
    ) throws {
        let bridge = try ATModuleBridge(kind)
        bridge.post()
        bridge.downlink([.sendStatus], sequence: 1)
        bridge.run(for: .minutes(10))
        let reply = try #require(try bridge.received(.reply).first)
        #expect(reply.contains("\"sequence\":1") && reply.contains("\"accepted\":1"))
        bridge.bench.server.isMute = true
        bridge.running?.commons.alarms.put(silence)
        bridge.run(for: .minutes(2))
        bridge.bench.server.isMute = false
        bridge.run(for: .minutes(10))
        let alarms = bridge.bench.server.uplinks.filter { $0.port == ReportKind.alarm.port }
        #expect(alarms.count >= 2 && alarms.allSatisfy(\.isConfirmed))
        bridge.run(for: .hours(1))
        #expect(bridge.bench.server.uplinks.count { $0.port == ReportKind.alarm.port } == alarms.count)
        bridge.audit("\(kind)")
    }

    @Test(arguments: ATModuleKind.all)
    func `a link check tells how well the device is heard`(kind: ATModuleKind) throws {
        let bridge = try ATModuleBridge(kind)
        bridge.post()
        bridge.run(for: .minutes(3))
        let link = try #require(bridge.running?.link)
        #expect(link.requestLinkCheck())
        bridge.run(for: .minutes(3))
        let check = try #require(link.status(at: bridge.world.now).linkCheck)
        #expect(check.gateways == 1 && check.rssi == -43)
    }

    @Test(.slow, arguments: ATModuleKind.all)
    func `a network that never says a word to the application is not taken as lost`(kind: ATModuleKind) throws {
        let bridge = try ATModuleBridge(kind)
        bridge.post()
        bridge.run(for: .hours(48))
        #expect(bridge.joins == 1, "it asks for a word that the module tells of")
        #expect(bridge.bench.server.uplinks.count > 300)
        bridge.audit("\(kind)")
    }

    @Test(.slow, arguments: ATModuleKind.all)
    func `a network that has lost the session is joined anew`(kind: ATModuleKind) throws {
        let bridge = try ATModuleBridge(kind)
        bridge.post()
        bridge.run(for: .hours(1))
        try bridge.forget()
        bridge.run(for: .hours(36))
        #expect(bridge.bench.server.joins.count >= 2)
        bridge.auditAirTime("\(kind)")
    }

    @Test(arguments: ATModuleKind.all)
    func `whenever the power is cut, no counter is used twice and no limit exceeded`(kind: ATModuleKind) throws {
        let bridge = try ATModuleBridge(kind)
        try bridge.cutOften(bridge.module)
        #expect(bridge.bench.server.uplinks.count > 10)
        bridge.audit("cuts, \(kind)")
    }

    @Test(.slow, arguments: ATModuleKind.all, [2, 6, 15] as [UInt8])
    func `repetitions that the network orders stay within law and fair use but for the first frame`(
        kind: ATModuleKind, nbTrans: UInt8
    ) throws {
        let text = ModuleBridge.text.replacing("[[report]]", with: "[[report]]\nevery = \"1m\"")
        let bridge = try ATModuleBridge(kind, text)
        bridge.post()
        bridge.run(for: .minutes(30))
        bridge.bench.server.enqueue(commands: [0x03, 0x01, 0x07, 0x00, nbTrans], for: bridge.devEUI)
        bridge.run(for: .hours(20))
        let before = try bridge.received(.readings).count
        bridge.run(for: .hours(10))
        #expect(try bridge.received(.readings).count > before, "it still sends: \(bridge.failures)")
        // What nobody could know of, at SF12: the first frame behind the order, and the module's own answer to it.
        bridge.auditAirTime("\(kind), NbTrans \(nbTrans)", dailyAirTime: .seconds(30) + .seconds(5) * Int64(nbTrans))
    }

    @Test(arguments: ATModuleKind.all)
    func `nothing is sent while nothing can be stored`(kind: ATModuleKind) throws {
        let bridge = try ATModuleBridge(kind)
        bridge.post()
        bridge.run(for: .minutes(2))
        bridge.disk.isReadOnly()
        bridge.run(for: .seconds(20))
        let sent = bridge.bench.air.uplinks.count
        bridge.run(for: .minutes(2))
        #expect(bridge.bench.air.uplinks.count == sent)
        bridge.disk.works()
        bridge.run(for: .minutes(2))
        #expect(bridge.bench.air.uplinks.count > sent)
    }

    @Test(arguments: [
        ATModuleKind(make: LoRaE5.self, speech: LoRaE5Speech(version: "2.0.10")),
        ATModuleKind(make: RAK3172.self, speech: RAK3172Speech(version: "V1.0.4")),
    ])
    func `a firmware that is too old is refused with what to load`(kind: ATModuleKind) throws {
        let bridge = try ATModuleBridge(kind)
        bridge.run(for: .seconds(30))
        #expect(bridge.failures.first?.contains("too old: load 4.0.0 or newer") == true, "\(bridge.failures)")
        #expect(bridge.bench.air.uplinks.isEmpty)
    }

    @Test(arguments: ATModuleKind.all)
    func `a module whose duty cycle somebody switched off has it again`(kind: ATModuleKind) throws {
        let bridge = try ATModuleBridge(kind)
        for (name, off) in [("DC", "OFF"), ("JDC", "OFF"), ("DCS", "0")] { bridge.module.set(name, off) }
        bridge.post()
        bridge.run(for: .minutes(5))
        #expect(bridge.joins == 1)
        let isOn =
            kind.make.typeName == "lora-e5"
            ? bridge.module.option("DC") == "ON" && bridge.module.option("JDC") == "ON"
            : bridge.module.option("DCS") == "1"
        #expect(isOn)
    }
}
