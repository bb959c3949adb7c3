import Foundation
import HardwareInterfaces
import HardwareSimulators
import LoRaWAN
import RadioDrivers
import TestTags
import Testing
import Timekeeping

/// Every fault at every command of a start, a join, a confirmed and an unconfirmed uplink, with a confirmed downlink between. A
/// sample by default; all of it with P1LORA_CAMPAIGN=full.
@Suite(.tags(.campaign), .slow) struct ATModuleFaultTests {
    private static let isFull = ProcessInfo.processInfo.environment["P1LORA_CAMPAIGN"] == "full"

    /// With what the planner does: a failed uplink is sent again. True when both were heard.
    private func day(_ bench: ATModuleBench, within span: TimeSpan) -> Bool {
        bench.start()
        let end = bench.now + span
        var handed: UInt8 = 0
        while bench.now < end, !hasHeard(bench) {
            if bench.radio.isReady {
                handed += 1
                if handed == 1 {
                    bench.server.enqueue(
                        QueuedDownlink(port: 7, payload: [1], isConfirmed: true), for: DriverBench.devEUI)
                }
                let uplink = Uplink(port: 1, payload: [handed], confirmed: handed % 2 == 0)
                try? bench.radio.send(uplink, at: bench.now)
            }
            bench.run(for: .seconds(1)) { bench.radio.isReady }
        }
        return hasHeard(bench)
    }

    private func hasHeard(_ bench: ATModuleBench) -> Bool {
        bench.results.contains(.sent) && bench.results.contains(.acknowledged)
    }

    @Test(arguments: ATKind.all, [true, false])
    func `whatever goes wrong at any step, it sends again within two minutes or says why not`(
        kind: ATKind, hasPin: Bool
    ) throws {
        let clean = try ATModuleBench(kind, hasResetPin: hasPin)
        try #require(day(clean, within: .minutes(5)))
        let steps = clean.module.commands.count
        let usual = clean.now - MonotonicInstant(nanoseconds: 1_000_000_000)
        var (recovered, reported, slowest) = (0, 0, TimeSpan.zero)
        var runs = 0
        for (index, fault) in ATModuleFault.allCases.enumerated() {
            let stride = Self.isFull ? 1 : 4
            for step in Swift.stride(from: Self.isFull ? 0 : index % stride, to: steps, by: stride) {
                let name = "\(kind), \(fault) at \(step), \(clean.module.commands[step].prefix(16)), pin \(hasPin)"
                let bench = try ATModuleBench(kind, hasResetPin: hasPin)
                bench.module.plannedFault = (step, fault)
                runs += 1
                let isWell = day(bench, within: usual + .minutes(2))
                bench.audit(name)
                if isWell {
                    recovered += 1
                    slowest = max(slowest, bench.now - clean.now)
                } else {
                    #expect(!bench.failures.isEmpty, "neither sending nor a reason: \(name)")
                    reported += 1
                }
                if hasPin { #expect(isWell, "\(name): \(bench.failures.map(\.error.message)), \(bench.results)") }
            }
        }
        if Self.isFull {
            print("campaign, \(kind), pin \(hasPin): \(recovered) of \(runs) recovered, slowest \(slowest)")
        }
        #expect(slowest < .minutes(2) && recovered * 10 > runs * 9, "\(recovered) of \(runs), \(slowest)")
        // Only the pin helps a module that hangs.
        #expect(reported <= (hasPin ? 0 : steps))
    }

    @Test(arguments: ATKind.all)
    func `a line that is never sound for long reuses no counter and exceeds no limit`(kind: ATKind) throws {
        try RandomCampaign.run(fixed: 30) { number in
            // Of the last one a new bridge asks while the join of the one before ends.
            let seed = number == 29 ? 1_221_503_348 : number
            let bench = try ATModuleBench(kind, hasResetPin: seed % 2 == 0, seed: seed)
            let restarts = try bench.unsoundHours(of: bench.module, seed: seed)
            bench.audit("\(kind), seed \(seed)")
            #expect(bench.server.uplinks.count > 5 && restarts > 0, "seed \(seed)")
        }
    }

    @Test(arguments: ATKind.all)
    func `a stuck module without a reset pin is told of, and a reset pin is recommended`(kind: ATKind) throws {
        let bench = try ATModuleBench(kind, hasResetPin: false)
        bench.hang(bench.module)
    }

    @Test(arguments: ATKind.all)
    func `a supply that breaks down under each transmission is told of, and costs little air-time`(kind: ATKind) throws
    {
        let bench = try ATModuleBench(kind)
        bench.start()
        bench.module.hasWeakSupply = true
        bench.run(for: .minutes(30))
        #expect(bench.air.uplinks.count < 120, "\(bench.air.uplinks.count)")
        let isTold = bench.failures.contains {
            $0.error.message.contains("supply") || $0.error.message.contains("join")
        }
        #expect(isTold || bench.events.contains { $0.event == .resetByItself }, "\(bench.failures)")
        bench.audit("\(kind)")
        bench.module.hasWeakSupply = false
        bench.run(for: .hours(2)) { bench.radio.isReady }
        #expect(try bench.send() == .sent)
    }
}
