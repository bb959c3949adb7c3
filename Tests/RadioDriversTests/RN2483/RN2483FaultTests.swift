import HardwareInterfaces
import HardwareSimulators
import LoRaWAN
import RadioDrivers
import TestTags
import Testing
import Timekeeping

/// Every fault at every command of a start, a join and two uplinks.
@Suite(.tags(.campaign), .slow) struct RN2483FaultTests {
    /// Start, join, two uplinks, with what the planner does: a failed uplink is sent again. True when both were heard.
    private func day(_ bench: ModuleBench, within span: TimeSpan) -> Bool {
        bench.start()
        let end = bench.now + span
        var handed = 0
        while bench.now < end, bench.results.filter({ $0 == .sent }).count < 2 {
            if bench.radio.isReady {
                handed += 1
                try? bench.radio.send(Uplink(port: 1, payload: [UInt8(clamping: handed)]), at: bench.now)
            }
            bench.run(for: .seconds(1)) { bench.radio.isReady }
        }
        return bench.results.filter { $0 == .sent }.count == 2
    }

    @Test(arguments: [true, false])
    func `whatever goes wrong at any step, it sends again within two minutes or says why not`(hasPin: Bool) throws {
        let clean = try ModuleBench(hasResetPin: hasPin)
        try #require(day(clean, within: .minutes(5)))
        let steps = clean.module.commands.count
        #expect(steps > 30)
        var (recovered, reported, slowest) = (0, 0, TimeSpan.zero)
        for fault in ModuleFault.allCases {
            for step in 0..<steps {
                let name = "\(fault) at \(step), \(clean.module.commands[step].prefix(20)), pin \(hasPin)"
                let bench = try ModuleBench(hasResetPin: hasPin)
                bench.module.plannedFault = (step, fault)
                let usual = clean.now - MonotonicInstant(nanoseconds: 1_000_000_000)
                let isWell = day(bench, within: usual + .minutes(2))
                bench.checkCounters(name)
                if isWell {
                    recovered += 1
                    slowest = max(slowest, bench.now - clean.now)
                } else {
                    #expect(!bench.failures.isEmpty, "neither sending nor a reason: \(name)")
                    reported += 1
                }
                if hasPin { #expect(isWell, "\(name): \(bench.failures.map(\.error.message))") }
            }
        }
        #expect(slowest < .minutes(2) && recovered > 700, "\(recovered), \(slowest)")
        // Only the pin helps a module that hangs.
        #expect(reported <= (hasPin ? 0 : steps))
    }

    @Test func `a stuck module without a reset pin is told of, and a reset pin is recommended`() throws {
        let bench = try ModuleBench(hasResetPin: false)
        bench.hang(bench.module)
    }

    @Test func `firmware 1.0.3 with a wrong speed is woken by a longer break`() throws {
        let bench = try ModuleBench(firmware: .v103, hasResetPin: false)
        bench.module.plannedFault = (0, .wrongBaud)
        try bench.join()
        #expect(bench.failures.isEmpty)
    }

    @Test(arguments: [true, false])
    func `a supply that breaks down under each transmission is told of, and costs little air-time`(isJoined: Bool)
        throws
    {
        let bench = try ModuleBench()
        if isJoined { try bench.join() } else { bench.start() }
        let before = bench.air.uplinks.count
        bench.module.hasWeakSupply = true
        let end = bench.now + .minutes(30)
        while bench.now < end {
            if bench.radio.isReady { try bench.radio.send(Uplink(port: 1, payload: [1]), at: bench.now) }
            bench.run(for: .seconds(5)) { bench.radio.isReady }
        }
        #expect(bench.failures.contains { $0.error.message.contains("supply") })
        // Five in a row, then a pause of a minute at the end.
        #expect(bench.air.uplinks.count - before < 180, "\(bench.air.uplinks.count)")
        bench.checkCounters("weak supply")
        bench.module.hasWeakSupply = false
        bench.run(for: .minutes(3)) { bench.radio.isReady }
        #expect(try bench.send() == .sent)
    }

    @Test(arguments: ["invalid_param", "ok", "busy", "\u{7F}\u{1}", "RN2483", ""])
    func `a thing that is no module is told of, and keeps nobody busy`(word: String) throws {
        let bench = try ModuleBench(hasResetPin: false)
        let line = Parrot(word)
        bench.reopens = false
        bench.radio.attach(line, at: bench.now)
        bench.run(for: .minutes(2))
        #expect(bench.failures.first?.error.message.contains("does not answer") == true)
        #expect(line.writes < 200, "\(line.writes)")
    }

    @Test func `noise without end is no trouble`() throws {
        let bench = try ModuleBench(hasResetPin: false)
        let line = Parrot("x", endless: true)
        bench.reopens = false
        bench.radio.attach(line, at: bench.now)
        bench.run(for: .minutes(2))
        #expect(!bench.failures.isEmpty && bench.air.uplinks.isEmpty)
    }

    @Test func `an uplink that waits through a new join goes out in the new session`() throws {
        let bench = try ModuleBench()
        try bench.join()
        _ = try bench.send()
        // The module forgets its keys as well, between the question and the uplink.
        try bench.radio.send(Uplink(port: 1, payload: [5]), at: bench.now)
        bench.module.replace()
        bench.run(for: .minutes(3)) { bench.results.count == 2 }
        #expect(bench.results == [.sent, .sent] && bench.joins == 2)
        #expect(bench.server.uplinks.last?.payload == [5])
        bench.checkCounters("replaced")
    }

    @Test func `an unplugged adapter is reported, and nothing happens until the line is there again`() throws {
        let bench = try ModuleBench()
        bench.reopens = false
        try bench.join()
        bench.module.plannedFault = (bench.module.commands.count, .unplugged)
        try bench.radio.send(Uplink(port: 1, payload: [1]), at: bench.now)
        bench.run(for: .minutes(1))
        #expect(!bench.radio.isAttached && bench.radio.nextDeadline == nil && bench.radio.pollDescriptors.isEmpty)
        #expect(bench.results.count == 1)
        let lost = bench.events.contains { if case .lineLost = $0.event { true } else { false } }
        #expect(lost)
        bench.reopens = true
        bench.run(for: .minutes(1)) { bench.radio.isReady }
        #expect(try bench.send() == .sent)
        #expect(bench.joins == 1)
    }

    @Test func `a line that is never sound for long reuses no counter`() throws {
        try RandomCampaign.run(fixed: 40) { seed in
            let bench = try ModuleBench(hasResetPin: seed % 2 == 0, seed: seed)
            let restarts = try bench.unsoundHours(of: bench.module, seed: seed)
            bench.checkCounters("seed \(seed)")
            #expect(bench.server.uplinks.count > 5 && restarts > 0, "seed \(seed)")
        }
    }

}

/// Answers every line with the same word.
private final class Parrot: BreakableLine {
    var pollDescriptor: Int32? { nil }
    private(set) var writes = 0
    private let word: String
    private let isEndless: Bool
    private var pending: [UInt8] = []

    init(_ word: String, endless: Bool = false) {
        self.word = word
        isEndless = endless
    }

    func read(into buffer: inout [UInt8], limit: Int) -> ReadOutcome {
        if isEndless { pending = [UInt8](repeating: 0x78, count: 4_096) }
        guard !pending.isEmpty else { return .nothingYet }
        buffer += pending
        defer { pending = [] }
        return .bytes(pending.count)
    }

    func write(_ bytes: [UInt8]) {
        writes += 1
        if bytes.last == 0x0A { pending += Array("\(word)\r\n".utf8) }
    }

    func setBreak(_ isOn: Bool) {}
}
