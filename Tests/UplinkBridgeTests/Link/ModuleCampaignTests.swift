import Foundation
import HardwareSimulators
import LoRaWAN
import MeterValues
import RadioDrivers
import TestTags
import Testing
import Timekeeping
import UplinkPayload

@testable import BridgeStore
@testable import UplinkBridge

/// Every fault of a module at every command of a start, a join, an alarm and reports, at a whole bridge. A sample by default; all
/// of it with P1LORA_CAMPAIGN=full.
struct ModuleCampaign<Module: FaultyModule> {
    let name: String
    /// How long after the last fault all has to be there: a module that loses its session with its power may have used up TR007's
    /// join-requests of eleven hours.
    var recovery = TimeSpan.hours(1)
    /// - Parameters: the configuration, whether RESET is wired, a seed.
    let make: (String, Bool, UInt64) throws -> (AnyModuleBridge, Module)

    private static var isFull: Bool { ModuleCampaignTests.isFull }
    private static var text: String { ModuleLinkTests.often.replacing("1m", with: "20s") }
    private static var alarm: Alarm { Alarm(.breaker, meter: 0, isActive: true, time: nil, value: 0) }

    /// Runs until the alarm and three reports have arrived.
    private func day(_ bridge: AnyModuleBridge, for span: TimeSpan) throws -> Bool {
        bridge.post()
        bridge.running?.commons.alarms.put(Self.alarm)
        func isOver() -> Bool {
            let ports = bridge.bench.server.uplinks.map(\.port)
            return ports.contains(ReportKind.alarm.port) && ports.count { $0 == ReportKind.readings.port } >= 3
        }
        bridge.run(for: span, until: isOver)
        return isOver()
    }

    func everyFault(hasPin: Bool) throws {
        let (clean, module) = try make(Self.text, hasPin, 1)
        let start = clean.world.now
        try #require(try day(clean, for: .minutes(10)))
        let usual = clean.world.now - start
        let steps = module.commands.count
        #expect(steps > 30)
        var (told, slowest, runs) = (0, TimeSpan.zero, 0)
        for (index, fault) in Module.Fault.allCases.enumerated() {
            let stride = Self.isFull ? 1 : 7
            for step in Swift.stride(
                from: Self.isFull ? 0 : (index * 3 + (hasPin ? 0 : 2)) % stride, to: steps, by: stride)
            {
                let title = "\(name), \(fault) at \(step), \(module.commands[step].prefix(20)), pin \(hasPin)"
                let (bridge, module) = try make(Self.text, hasPin, 1)
                module.plannedFault = (step, fault)
                runs += 1
                if try day(bridge, for: usual + .minutes(2)) {
                    slowest = max(slowest, bridge.world.now - start - usual)
                } else {
                    told += 1
                    #expect(!bridge.failures.isEmpty, "neither sending nor a reason: \(title)")
                    #expect(!hasPin, "\(title): \(bridge.failures)")
                    // Somebody pulls the plug, and all goes on: what could not be sent was kept.
                    module.brownOut()
                    #expect(try day(bridge, for: .minutes(20)), "\(title)")
                }
                bridge.audit(title)
            }
        }
        if Self.isFull { print("campaign, \(name), pin \(hasPin): \(runs) runs, \(told) told of, slowest \(slowest)") }
        #expect(slowest < .minutes(2))
        #expect(
            told <= (hasPin ? 0 : runs / Module.Fault.allCases.count + 1), "only a module that hangs needs a hand")
    }

    func faultsWithoutEnd(seed: UInt64) throws {
        let text = Self.text + "\n[[report]]\nkind = \"intervals\"\nevery = \"15m\"\nfields = [\"1-0:1.8.0\"]"
        let (bridge, module) = try make(text, seed % 2 == 0, seed)
        let first = QuarterHour(atOrBefore: bridge.world.clock.utc)
        var newest = QuarterHour(number: first.number - 1)
        var random = SeededRandom(seed: seed)
        let end = bridge.world.now + .hours(3)
        while bridge.world.now < end {
            if module.plannedFault == nil, let fault = Array(Module.Fault.allCases).randomElement(using: &random) {
                module.plannedFault = (module.commands.count + Int.random(in: 0..<80, using: &random), fault)
            }
            bridge.post()
            while newest < QuarterHour(atOrBefore: bridge.world.clock.utc) {
                newest = QuarterHour(number: newest.number + 1)
                try measure(newest, in: bridge)
            }
            bridge.run(for: .seconds(Int64.random(in: 1...120, using: &random)))
            switch Int.random(in: 0..<20, using: &random) {
            case 0:
                bridge.cut()
                try bridge.start()
            case 1: module.brownOut()
            case 2: bridge.bench.air.lossProbability = Double.random(in: 0...0.5, using: &random)
            default: break
            }
        }
        bridge.bench.air.lossProbability = 0
        module.plannedFault = nil
        module.brownOut()
        bridge.running?.commons.alarms.put(Self.alarm)
        bridge.run(for: recovery)
        #expect(try !bridge.received(.alarm).isEmpty)
        // One more than boundaries lie between: the beginning of each.
        let reports = try bridge.received(.intervals)
        for number in first.number..<newest.number {
            let begin = QuarterHour(number: number).description
            #expect(
                reports.contains { $0.contains("\"start\":\"\(begin)\"") }, "\(begin) is lost, \(name), seed \(seed)")
        }
        bridge.audit("\(name), seed \(seed)")
    }

    private func measure(_ boundary: QuarterHour, in bridge: AnyModuleBridge) throws {
        guard let commons = bridge.running?.commons else { return }
        let entry = MeterMemory.Entry(
            code: OBISCode(1, 0, 1, 8, 0),
            interval: IntervalEntry(boundary: boundary, value: 1_000 + boundary.number % 1_000 * 7, series: 0))
        try commons.store.save(MeterMemory(), [entry], ofMeter: "main")
        commons.latestReadings.noteStored(boundary, meter: 0)
    }
}

@Suite(.tags(.campaign), .slow) struct ModuleCampaignTests {
    static let isFull = ProcessInfo.processInfo.environment["P1LORA_CAMPAIGN"] == "full"

    private var rn2483: ModuleCampaign<RN2483Simulator> {
        ModuleCampaign(name: "rn2483") { text, hasPin, seed in
            let bridge = try ModuleBridge(text, hasResetPin: hasPin, seed: seed)
            return (bridge, bridge.module)
        }
    }

    private func campaign(_ kind: ATModuleKind) -> ModuleCampaign<ATModuleSimulator> {
        ModuleCampaign(name: "\(kind)", recovery: .hours(14)) { text, hasPin, seed in
            let bridge = try ATModuleBridge(kind, text, hasResetPin: hasPin, seed: seed)
            return (bridge, bridge.module)
        }
    }

    @Test(arguments: [true, false])
    func `after any fault at any step the bridge sends again within two minutes, or says why it can't`(hasPin: Bool)
        throws
    {
        try rn2483.everyFault(hasPin: hasPin)
    }

    @Test(arguments: 0..<(Self.isFull ? 60 : 6) as Range<UInt64>)
    func `faults without end and power cuts use no counter twice and lose no alarm`(seed: UInt64) throws {
        try rn2483.faultsWithoutEnd(seed: seed)
    }

    @Test(arguments: ATModuleKind.all, [true, false])
    func `so it is with a module with AT commands`(kind: ATModuleKind, hasPin: Bool) throws {
        try campaign(kind).everyFault(hasPin: hasPin)
    }

    @Test(arguments: ATModuleKind.all, 0..<(Self.isFull ? 40 : 4) as Range<UInt64>)
    func `and with faults without end`(kind: ATModuleKind, seed: UInt64) throws {
        try campaign(kind).faultsWithoutEnd(seed: seed)
    }
}
