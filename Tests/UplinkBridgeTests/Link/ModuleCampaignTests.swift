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

/// Every fault of the module at every command of a start, a join, an alarm and reports. A sample by default; all of it with
/// P1LORA_CAMPAIGN=full.
@Suite(.tags(.campaign), .slow) struct ModuleCampaignTests {
    private static let isFull = ProcessInfo.processInfo.environment["P1LORA_CAMPAIGN"] == "full"
    private static let text = ModuleLinkTests.often.replacing("1m", with: "20s")
    private static let alarm = Alarm(.breaker, meter: 0, isActive: true, time: nil, value: 0)

    /// Runs until the alarm and three reports have arrived.
    private func day(_ bridge: ModuleBridge, for span: TimeSpan) throws -> Bool {
        bridge.post()
        bridge.running?.commons.alarms.put(Self.alarm)
        func isOver() -> Bool {
            let ports = bridge.bench.server.uplinks.map(\.port)
            return ports.contains(ReportKind.alarm.port) && ports.count { $0 == ReportKind.readings.port } >= 3
        }
        bridge.run(for: span, until: isOver)
        return isOver()
    }

    @Test(arguments: [true, false])
    func `after any fault at any step the bridge sends again within two minutes, or says why it can't`(hasPin: Bool)
        throws
    {
        let clean = try ModuleBridge(Self.text, hasResetPin: hasPin)
        let start = clean.world.now
        try #require(try day(clean, for: .minutes(10)))
        let usual = clean.world.now - start
        let steps = clean.module.commands.count
        #expect(steps > 60)
        var (told, slowest, runs) = (0, TimeSpan.zero, 0)
        for (index, fault) in ModuleFault.allCases.enumerated() {
            let stride = Self.isFull ? 1 : 7
            for step in Swift.stride(
                from: Self.isFull ? 0 : (index * 3 + (hasPin ? 0 : 2)) % stride, to: steps, by: stride)
            {
                let name = "\(fault) at \(step), \(clean.module.commands[step].prefix(20)), pin \(hasPin)"
                let bridge = try ModuleBridge(Self.text, hasResetPin: hasPin)
                bridge.module.plannedFault = (step, fault)
                let isWell = try day(bridge, for: usual + .minutes(2))
                runs += 1
                if isWell {
                    slowest = max(slowest, bridge.world.now - start - usual)
                } else {
                    told += 1
                    #expect(!bridge.failures.isEmpty, "neither sending nor a reason: \(name)")
                    #expect(!hasPin, "\(name): \(bridge.failures)")
                    // Somebody pulls the plug, and all goes on: what could not be sent was kept.
                    bridge.module.brownOut()
                    #expect(try day(bridge, for: .minutes(20)), "\(name)")
                }
                bridge.audit(name)
            }
        }
        if Self.isFull { print("campaign, pin \(hasPin): \(runs) runs, \(told) told of, slowest \(slowest)") }
        #expect(slowest < .minutes(2))
        #expect(told <= (hasPin ? 0 : runs / ModuleFault.allCases.count + 1), "only a module that hangs needs a hand")
    }

    @Test(arguments: 0..<(Self.isFull ? 60 : 6) as Range<UInt64>)
    func `faults without end and power cuts use no counter twice and lose no alarm`(seed: UInt64) throws {
        let bridge = try ModuleBridge(
            Self.text + "\n[[report]]\nkind = \"intervals\"\nevery = \"15m\"\nfields = [\"1-0:1.8.0\"]",
            hasResetPin: seed % 2 == 0, seed: seed)
        let first = QuarterHour(atOrBefore: bridge.world.clock.utc)
        var newest = QuarterHour(number: first.number - 1)
        var random = SeededRandom(seed: seed)
        let end = bridge.world.now + .hours(3)
        while bridge.world.now < end {
            if bridge.module.plannedFault == nil {
                let fault = ModuleFault.allCases.randomElement(using: &random) ?? .hung
                bridge.module.plannedFault = (
                    bridge.module.commands.count + Int.random(in: 0..<80, using: &random), fault
                )
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
            case 1: bridge.module.brownOut()
            case 2: bridge.bench.air.lossProbability = Double.random(in: 0...0.5, using: &random)
            default: break
            }
        }
        bridge.bench.air.lossProbability = 0
        bridge.module.plannedFault = nil
        bridge.module.brownOut()
        bridge.running?.commons.alarms.put(Self.alarm)
        bridge.run(for: .hours(1))
        #expect(try !bridge.received(.alarm).isEmpty)
        // One more than boundaries lie between: the beginning of each.
        let reports = try bridge.received(.intervals)
        for number in first.number..<newest.number {
            let begin = QuarterHour(number: number).description
            #expect(reports.contains { $0.contains("\"start\":\"\(begin)\"") }, "\(begin) is lost, seed \(seed)")
        }
        bridge.audit("seed \(seed)")
    }

    private func measure(_ boundary: QuarterHour, in bridge: ModuleBridge) throws {
        guard let commons = bridge.running?.commons else { return }
        let entry = MeterMemory.Entry(
            code: OBISCode(1, 0, 1, 8, 0),
            interval: IntervalEntry(boundary: boundary, value: 1_000 + boundary.number % 1_000 * 7, series: 0))
        try commons.store.save(MeterMemory(), [entry], ofMeter: "main")
        commons.latestReadings.noteStored(boundary, meter: 0)
    }
}
