import HardwareSimulators
import LoRaWAN
import RadioDrivers
import Testing
import Timekeeping

@Suite struct WindowLatenessTests {
    /// Opens a window that is a second ahead, `late` after it is due.
    private func open(_ bench: RadioBench, late: TimeSpan = .zero) throws -> TimeSpan {
        let window = ReceiveWindow(
            opensAt: bench.world.now + .seconds(1), frequency: 868_100_000, modulation: try RadioBench.modulation(7))
        try bench.radio.receive(window, at: bench.world.now)
        let due = try #require(bench.radio.nextDeadline)
        bench.world.run(until: due + late)
        _ = bench.radio.poll(at: bench.world.now)
        while bench.nextEvent(within: .milliseconds(500)) != nil {}
        return window.opensAt - due
    }

    @Test func `the first window opens as early as a plain scheduler needs, the next by what was measured`() throws {
        let bench = RadioBench()
        try bench.radio.start(at: bench.world.now)
        #expect(try open(bench) == .milliseconds(30))
        #expect(try open(bench) == .milliseconds(5))
        #expect(try open(bench, late: .milliseconds(20)) == .milliseconds(5))
        #expect(try open(bench) == .milliseconds(41))
    }

    @Test func `what was measured before the first window counts`() throws {
        var lateness = WindowLateness()
        lateness.note(.milliseconds(7))
        let bench = RadioBench(configuration: .init(lateness: lateness))
        try bench.radio.start(at: bench.world.now)
        #expect(try open(bench) == .milliseconds(15))
    }

    @Test func `a thread that sleeps for seconds does not make windows without end, and is forgiven`() throws {
        let bench = RadioBench()
        try bench.radio.start(at: bench.world.now)
        _ = try open(bench, late: .seconds(3))
        #expect(try open(bench) == .milliseconds(250))
        var last = TimeSpan.milliseconds(250)
        for _ in 0..<600 { last = try open(bench) }
        #expect(last == .milliseconds(5))
    }

    @Test func `more lateness means more symbols, within what the chip counts`() throws {
        for factor in 7...12 {
            let modulation = try RadioBench.modulation(factor)
            var symbols: [Int] = []
            for late in [TimeSpan.microseconds(50), .milliseconds(10), .milliseconds(200), .hours(1)] {
                var lateness = WindowLateness()
                lateness.note(late)
                symbols.append(SX127x.windowSymbols(of: modulation, after: lateness))
            }
            #expect(symbols == symbols.sorted() && symbols.allSatisfy { (6...1023).contains($0) }, "\(symbols)")
        }
    }
}
