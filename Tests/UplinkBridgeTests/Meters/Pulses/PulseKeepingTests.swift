import HardwareInterfaces
import HardwareSimulators
import LoRaWAN
import MeterValues
import SmartMeter
import TestSupport
import Testing
import Timekeeping

@testable import BridgeConfiguration
@testable import BridgeStore
@testable import UplinkBridge

/// Pulse inputs from their edges to the store.
@Suite struct PulseKeepingTests {
    let world = SimulatedWorld(startingAt: UTCInstant(secondsSince1970: 1_781_827_200))
    let folder: TemporaryFolder
    let energy = OBISCode(1, 0, 1, 8, 0)

    init() throws { folder = try TemporaryFolder() }

    /// A pin whose edges a test writes.
    final class TestPin: EdgePin {
        var edges: [PinEdge] = []
        var isGone = false
        let pollDescriptor: Int32? = nil

        func nextEdge() throws(HardwareError) -> PinEdge? {
            if isGone { throw HardwareError(.disconnected, device: "pin", message: "gone") }
            return edges.isEmpty ? nil : edges.removeFirst()
        }
    }

    /// One run of the service's two loops, in one thread.
    final class Run {
        let mailbox = PulseMailbox()
        let latestReadings = LatestReadings()
        let pins: [TestPin]
        let pulses: PulseLoop
        let meters: MeterLoop
        var events: [(Int, MeterEvent)] = []
        private let world: SimulatedWorld

        init(
            _ store: StateStore?, world: SimulatedWorld, clock: (any Clock)? = nil, inputs: Int = 1,
            start: Quantity? = nil, saveEvery: TimeSpan = .zero, opening: ((Int) throws(HardwareError) -> Void)? = nil
        ) throws {
            self.world = world
            let pins = (0..<inputs).map { _ in TestPin() }
            self.pins = pins
            var told: [(Int, MeterEvent)] = []
            var lines: [PulseLine] = []
            var counted: [Int: PulseRecorder.Input] = [:]
            for number in 0..<inputs {
                let input = try #require(PulseInput(pulsesPerUnit: 1_000, start: start))
                counted[number] = PulseRecorder.Input(
                    name: "pulse \(number)", memory: try store?.memory(ofMeter: "pulse \(number)") ?? MeterMemory(),
                    saveEvery: saveEvery)
                lines.append(
                    PulseLine(
                        number: number, input: input, saved: try store?.pulses(ofMeter: "pulse \(number)"),
                        isActiveLow: true, at: world.now
                    ) { () throws(HardwareError) -> any EdgePin in
                        try opening?(number)
                        return pins[number]
                    })
            }
            let clock = clock ?? world.clock
            pulses = PulseLoop(lines: lines, mailbox: mailbox, clock: clock) { told.append(($0, $1)) }
            meters = MeterLoop(
                inputs: [], pulses: PulseRecorder(mailbox: mailbox, inputs: counted, store: store),
                latestReadings: latestReadings, clock: clock
            ) { told.append(($0, $1)) }
            collect = { told }
        }

        private let collect: () -> [(Int, MeterEvent)]
        var told: [(Int, MeterEvent)] { collect() }

        func poll() {
            pulses.poll()
            meters.poll()
        }

        /// A pulse of 30 ms that begins now, and a pause of 70 ms.
        func pulse(_ pin: Int = 0) {
            pins[pin].edges.append(PinEdge(rising: false, at: world.now))
            world.run(until: world.now + .milliseconds(30))
            pins[pin].edges.append(PinEdge(rising: true, at: world.now))
            poll()
            world.run(until: world.now + .milliseconds(70))
        }

        func wait(_ span: TimeSpan) {
            let end = world.now + span
            while world.now < end {
                let next = [pulses.nextDeadline, meters.nextDeadline].compactMap { $0 }.min() ?? end
                world.run(until: min(end, max(next, world.now + .milliseconds(1))))
                poll()
            }
        }

        func value(_ code: OBISCode, of meter: Int = 0, in unit: MeterUnit = .wattHour) -> Int64? {
            latestReadings.reading(meter: meter, at: world.now)?.quantities[code]?.coefficient(in: unit, decimals: 0)
        }
    }

    func openStore() throws -> StateStore {
        try StateStore(path: folder.path("state.db"), devEUI: DevEUI(rawValue: 1))
    }

    @Test func `a power cut after any pulse loses none that was counted`() throws {
        for count in 1...5 {
            let run = try Run(try openStore(), world: world)
            run.poll()
            // Nothing is flushed: the power is cut here.
            for _ in 0..<count { run.pulse() }
        }
        let run = try Run(try openStore(), world: world)
        run.poll()
        #expect(run.value(energy) == 15)
    }

    @Test func `pulses that may wait are stored together, and at the latest when the service ends`() throws {
        let store = try openStore()
        let run = try Run(store, world: world, saveEvery: .minutes(1))
        run.poll()
        for _ in 0..<10 { run.pulse() }
        #expect(try store.pulses(ofMeter: "pulse 0") == nil)
        run.wait(.minutes(1) + .seconds(1))
        #expect(try store.pulses(ofMeter: "pulse 0")?.pulses == 10)
        run.pulse()
        run.meters.flush()
        #expect(try store.pulses(ofMeter: "pulse 0")?.pulses == 11)
    }

    @Test func `a count that the disk refuses is kept, told, and stored when the disk is well again`() throws {
        let store = try openStore()
        let run = try Run(store, world: world)
        run.poll()
        run.pulse()
        let blocker = try DatabaseBlocker(path: folder.path("state.db"))
        run.pulse()
        run.wait(.seconds(25))
        #expect(run.told.contains { if case .storeFailed = $0.1 { true } else { false } })
        #expect(run.value(energy) == 2)
        blocker.release()
        run.wait(.seconds(11))
        #expect(try store.pulses(ofMeter: "pulse 0")?.pulses == 2)
    }

    @Test func `an input whose pin can't be had is tried again, while the others count`() throws {
        var attempts = 0
        let run = try Run(nil, world: world, inputs: 8) { number throws(HardwareError) in
            guard number == 3 else { return }
            attempts += 1
            if attempts < 4 { throw HardwareError(.busy, device: "gpiochip0 line 3", message: "taken") }
        }
        run.poll()
        run.pins[5].isGone = true
        for _ in 0..<20 { for pin in [0, 1, 2, 4, 6, 7] { run.pulse(pin) } }
        run.wait(.seconds(30))
        for pin in [0, 1, 2, 4, 6, 7] { #expect(run.value(energy, of: pin) == 20) }
        #expect(attempts == 4)
        run.pulse(3)
        run.wait(.seconds(10))
        #expect(run.value(energy, of: 3) == 1)
        #expect(run.told.contains { if case (5, .failed) = $0 { true } else { false } })
    }

    @Test func `an input that never stops making edges is left alone, also after a quiet while`() throws {
        final class Endless: EdgePin {
            var count = 0
            let pollDescriptor: Int32? = nil
            func nextEdge() -> PinEdge? {
                count += 1
                // Whoever counts on for ever would hang here.
                return count > 50_000 ? nil : PinEdge(rising: count % 2 == 0, at: MonotonicInstant(nanoseconds: 0))
            }
        }
        let pin = Endless()
        let line = PulseLine(
            number: 0, input: try #require(PulseInput(pulsesPerUnit: 1_000)), saved: nil, isActiveLow: true,
            at: world.now
        ) { () throws(HardwareError) -> any EdgePin in pin }
        let events = line.poll(at: world.now + .seconds(5))
        #expect(events.contains { if case .noise = $0 { true } else { false } })
        #expect(pin.count <= PulseLine.mostEdges + 1)
    }

    @Test func `an input that picks up noise is told, and does not keep the processor busy`() throws {
        let run = try Run(nil, world: world)
        run.poll()
        for index in 0..<100_000 {
            run.pins[0].edges.append(PinEdge(rising: index % 2 == 0, at: world.now))
        }
        run.poll()
        #expect(run.told.contains { if case .noise = $0.1 { true } else { false } })
        let left = run.pins[0].edges.count
        #expect(left > 90_000, "the rest is not read at once")
        run.poll()
        #expect(run.pins[0].edges.count == left)
        let next = try #require(run.pulses.nextDeadline)
        #expect(next - world.now >= .seconds(5))
    }

    @Test func `pulses give quarter-hours like telegrams do, and power from their distance`() throws {
        let store = try openStore()
        let run = try Run(store, world: world, start: Quantity(coefficient: 5_000, decimals: 0, unit: .kilowattHour))
        run.poll()
        // A pulse every 3.6 s is 1 kW.
        for _ in 0..<(3_600 / 4 + 10) {
            run.pulse()
            run.wait(.milliseconds(3_500))
        }
        #expect(run.value(OBISCode(1, 0, 1, 7, 0), in: .watt) == 1_000)
        let first = QuarterHour(atOrBefore: UTCInstant(secondsSince1970: 1_781_827_200))
        let entries = try store.intervals(
            ofMeter: "pulse 0", code: energy, in: first...QuarterHour(number: first.number + 3))
        #expect(entries.map(\.boundary.number) == [0, 1, 2, 3].map { first.number + $0 })
        #expect(entries.first?.value == 5_000_000)
        for (one, next) in zip(entries, entries.dropFirst()) { #expect(abs(next.value - one.value - 250) <= 1) }
    }

    @Test func `no quarter-hour is dated by a clock that nobody has set`() throws {
        let store = try openStore()
        let run = try Run(store, world: world, clock: UnsetClock(world.clock))
        run.poll()
        for _ in 0..<40 {
            run.pulse()
            run.wait(.minutes(1))
        }
        #expect(run.value(energy) == 40)
        let first = QuarterHour(atOrBefore: UTCInstant(secondsSince1970: 1_781_827_200))
        let entries = try store.intervals(
            ofMeter: "pulse 0", code: energy, in: first...QuarterHour(number: first.number + 3))
        #expect(entries.isEmpty)
    }

    @Test func `a count that can't be read is told, and the input counts from its start value`() throws {
        let store = try openStore()
        let run = try Run(store, world: world)
        run.poll()
        run.pulse()
        try DatabaseBlocker(path: folder.path("state.db"), locking: false).execute("UPDATE pulse SET count = x'7b'")
        #expect(throws: StoreError.self) { try store.pulses(ofMeter: "pulse 0") }
        let configuration = try BridgeConfiguration(
            text: TestConfiguration.minimal + "\n[[pulse]]\nname = \"pulse 0\"\nline = 5\nper_unit = 1000")
        var isTold = false
        let commons = try BridgeCommons(configuration, store: store, clock: world.clock)
        let loop = try PulseLoop(commons, clock: world.clock) { _, event in
            if case .storeFailed(.pulsesDamaged("pulse 0", _)) = event { isTold = true }
        }
        #expect(loop != nil)
        #expect(isTold)
    }
}
