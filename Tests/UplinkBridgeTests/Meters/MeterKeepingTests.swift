import Ciphers
import HardwareInterfaces
import HardwareSimulators
import LinuxHardware
import LoRaWAN
import MeterValues
import SmartMeter
import TestSupport
import TestTags
import Testing
import Timekeeping
import UplinkBridge

@testable import BridgeConfiguration
@testable import BridgeStore

/// What the bridge keeps of its meters: frame counters, quarter-hours, and the watch over silence.
@Suite struct MeterKeepingTests {
    static let key = "00112233445566778899AABBCCDDEEFF"
    let world = SimulatedWorld(startingAt: UTCInstant(secondsSince1970: 1_781_827_200))
    let folder: TemporaryFolder
    let imported = OBISCode(1, 0, 1, 8, 0)

    init() throws { folder = try TemporaryFolder() }

    func openStore() throws -> StateStore {
        try StateStore(path: folder.path("state.db"), devEUI: DevEUI(rawValue: 1))
    }

    func makeLoop(
        _ store: StateStore?, path: String, silentAfter: TimeSpan? = nil, report: @escaping (Int, MeterEvent) -> Void
    ) throws -> MeterLoop {
        let memory = try store?.memory(ofMeter: "main") ?? MeterMemory()
        let input = MeterInput(
            number: 0, device: path, keys: MeterKeys(encryptionKey: try AES128Key(hex: Self.key)),
            silentAfter: silentAfter, replayGuard: memory.replayGuard, at: world.now
        ) { () throws(HardwareError) -> any SerialLine in try SerialPort(path: path) }
        return MeterLoop(
            inputs: [input], meters: [0: ("main", memory)], store: store, latestReadings: LatestReadings(),
            clock: world.clock,
            report: report)
    }

    func run(_ loop: MeterLoop, for span: TimeSpan) {
        let end = world.now + span
        while world.now < end {
            loop.poll()
            world.wait(for: [], until: min(loop.nextDeadline ?? end, end))
        }
    }

    @Test(.tags(.campaign), .slow)
    func `a day's quarter-hours are stored, across a power cut, and add up to the register's difference`() throws {
        let meter = try MeterOnTerminal(
            meter: SimulatedMeter(
                household: HouseholdProfile(seed: 3), sealer: try FrameSealer(key: AES128Key(hex: Self.key)),
                startingAt: world.clock.utc), world: world)
        meter.start()
        for _ in 0..<2 {
            // The power is cut after each run: nothing is flushed.
            let store = try openStore()
            let loop = try makeLoop(store, path: meter.terminal.path) { _, event in
                if case .problem(let problem) = event { Issue.record("\(problem)") }
                if case .storeFailed(let error) = event { Issue.record("\(error)") }
            }
            run(loop, for: .hours(3) + .minutes(2))
        }
        let first = QuarterHour(atOrBefore: UTCInstant(secondsSince1970: 1_781_827_200))
        let range = first.next...QuarterHour(number: first.number + 24)
        let entries = try openStore().intervals(ofMeter: "main", code: imported, in: range)
        #expect(entries.count == 24)
        #expect(Set(entries.map(\.series)).count == 1)
        for entry in entries {
            // The meter is asked at the boundary itself: a telegram comes every ten seconds from midnight on.
            let sample = try #require(meter.meter.samples.last { $0.time <= entry.boundary.time })
            #expect(abs(entry.value - sample.energyImport) <= 30, "within the ten seconds around the boundary")
        }
        let reference = try openStore().intervals(
            ofMeter: "main", code: OBISCode.energyAbove(kilowatts: 3), in: range)
        #expect(reference.count == 24)
    }

    @Test func `a frame that was recorded before a restart is refused after it`() throws {
        let terminal = try PseudoTerminal()
        var sealer = try FrameSealer(key: AES128Key(hex: Self.key), counter: 500)
        var recorded: [[UInt8]] = []
        for minute in 0..<40 {
            var registers = MeterRegisters()
            registers.energyImport = Int64(minute)
            recorded.append(
                sealer.seal(
                    LuxembourgTelegram().bytes(registers, at: world.clock.utc + .minutes(Int64(minute)))))
        }
        do {
            let store = try openStore()
            var telegrams = 0
            let loop = try makeLoop(store, path: terminal.path) { _, event in
                if case .telegram = event { telegrams += 1 }
            }
            for frame in recorded {
                loop.poll()
                try terminal.write(frame)
                run(loop, for: .minutes(1))
            }
            #expect(telegrams == 40)
        }
        let loop = try makeLoop(try openStore(), path: terminal.path) { _, event in
            if case .telegram = event { Issue.record("a recorded frame was taken for a new one") }
        }
        loop.poll()
        try terminal.write(recorded[5])
        run(loop, for: .seconds(10))
    }

    @Test func `a meter that falls silent is told once, and its return too`() throws {
        let terminal = try PseudoTerminal()
        var sealer = try FrameSealer(key: AES128Key(hex: Self.key))
        var (silences, returns): ([TimeSpan], [TimeSpan]) = ([], [])
        let loop = try makeLoop(nil, path: terminal.path, silentAfter: .minutes(5)) { _, event in
            if case .silent(let span) = event { silences.append(span) }
            if case .returned(let span) = event { returns.append(span) }
        }
        run(loop, for: .hours(1))
        #expect(silences == [.minutes(5)] && returns.isEmpty)
        try terminal.write(sealer.seal(LuxembourgTelegram().bytes(MeterRegisters(), at: world.clock.utc)))
        run(loop, for: .minutes(1))
        #expect(returns == [.hours(1)])
        run(loop, for: .hours(1))
        #expect(silences.count == 2)
    }

    @Test func `what can't be stored for a while is stored later, and nothing is lost`() throws {
        let meter = try MeterOnTerminal(
            meter: SimulatedMeter(
                household: HouseholdProfile(seed: 3), sealer: try FrameSealer(key: AES128Key(hex: Self.key)),
                startingAt: world.clock.utc), world: world)
        meter.start()
        let store = try openStore()
        var failures = 0
        let loop = try makeLoop(store, path: meter.terminal.path) { _, event in
            if case .storeFailed = event { failures += 1 }
        }
        let blocker = try DatabaseBlocker(path: folder.path("state.db"))
        run(loop, for: .hours(2) + .minutes(1))
        #expect(failures == 9, "midnight itself and eight quarter-hours")
        blocker.release()
        run(loop, for: .minutes(15))
        let first = QuarterHour(atOrBefore: UTCInstant(secondsSince1970: 1_781_827_200))
        let entries = try store.intervals(
            ofMeter: "main", code: imported, in: first...QuarterHour(number: first.number + 20))
        #expect(entries.count >= 9)
    }

    @Test func `a meter's memory that can't be read is told, and the meter is read all the same`() throws {
        let store = try openStore()
        try store.save(MeterMemory(), [], ofMeter: "main")
        try DatabaseBlocker(path: folder.path("state.db"), locking: false).execute("UPDATE meter SET memory = x'7b'")
        let configuration = try BridgeConfiguration(text: TestConfiguration.minimal)
        var isTold = false
        let loop = try MeterLoop(
            BridgeCommons(configuration, store: store, clock: world.clock), clock: world.clock
        ) { _, event in
            if case .storeFailed(.meterDamaged("main", _)) = event { isTold = true }
        }
        #expect(isTold)
        #expect(loop.nextDeadline != nil)
    }

    @Test func `a meter whose clock stands still is told once, and its readings have the system's time`() throws {
        let terminal = try PseudoTerminal()
        var sealer = try FrameSealer(key: AES128Key(hex: Self.key))
        let stamp = world.clock.utc
        var faults: [MeterClock.Fault?] = []
        let loop = try makeLoop(nil, path: terminal.path) { _, event in
            if case .clock(let fault) = event { faults.append(fault) }
        }
        loop.poll()
        for _ in 0..<30 {
            try terminal.write(sealer.seal(LuxembourgTelegram().bytes(MeterRegisters(), at: stamp)))
            run(loop, for: .seconds(10))
        }
        #expect(faults == [.stuck])
    }
}
