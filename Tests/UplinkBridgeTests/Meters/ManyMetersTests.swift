import Ciphers
import Foundation
import HardwareInterfaces
import HardwareSimulators
import LinuxHardware
import SmartMeter
import TestSupport
import Testing
import Timekeeping
import UplinkBridge

/// Eight meters on one bridge, and recordings instead of meters.
@Suite struct ManyMetersTests {
    let world = SimulatedWorld(startingAt: UTCInstant(secondsSince1970: 1_781_827_200))
    let key: AES128Key

    init() throws { key = try AES128Key(hex: MeterInputTests.key) }

    @Test func `eight meters on their lines lose no telegram, whatever happens to one of them`() throws {
        var terminals: [PseudoTerminal?] = []
        var sealers: [FrameSealer] = []
        var inputs: [MeterInput] = []
        for number in 0..<8 {
            let terminal = try PseudoTerminal()
            let path = terminal.path
            terminals.append(terminal)
            sealers.append(try FrameSealer(key: key, counter: 1_000))
            inputs.append(
                MeterInput(
                    number: number, device: path, keys: MeterKeys(encryptionKey: key), replayGuard: ReplayGuard(),
                    at: world.now
                ) { () throws(HardwareError) -> any SerialLine in try SerialPort(path: path) })
        }
        var telegrams = [Int](repeating: 0, count: 8)
        var problems: [Int: Int] = [:]
        let loop = MeterLoop(inputs: inputs, latestReadings: LatestReadings(), clock: world.clock) { number, event in
            switch event {
            case .telegram: telegrams[number] += 1
            case .problem, .failed: problems[number, default: 0] += 1
            default: break
            }
        }
        loop.poll()
        for second in 0..<60 {
            for number in 0..<8 {
                var frame = sealers[number].seal(LuxembourgTelegram().bytes(MeterRegisters(), at: world.clock.utc))
                // One line is noisy, and one is unplugged half-way.
                if number == 3 { frame[second * 7 % frame.count] ^= 0x40 }
                if number == 5 && second == 30 { terminals[number] = nil }
                if number == 5 && second >= 30 { continue }
                for start in stride(from: 0, to: frame.count, by: 400) {
                    try terminals[number]?.write(Array(frame[start..<min(frame.count, start + 400)]))
                    loop.poll()
                }
            }
            world.run(until: world.now + .seconds(1))
            loop.poll()
        }
        for number in [0, 1, 2, 4, 6, 7] { #expect(telegrams[number] == 60) }
        #expect(telegrams[3] == 0)
        #expect(telegrams[5] == 30)
        #expect(Set(problems.keys) == [3, 5])
    }

    /// When the telegrams of a recording with these stamps are shown.
    func replay(_ stamps: [TimeSpan], inRealTime: Bool) throws -> [TimeSpan] {
        let meter = SimulatedMeter(
            LuxembourgTelegram(), household: HouseholdProfile(seed: 1), sealer: try FrameSealer(key: key),
            startingAt: world.clock.utc)
        let recording = stamps.flatMap { meter.transmission(at: world.clock.utc + $0) }
        let folder = try TemporaryFolder()
        let path = folder.path("recording.bin")
        try Data(recording).write(to: URL(filePath: path))
        let input = MeterInput(
            number: 0, device: path, keys: MeterKeys(encryptionKey: key), replaysInRealTime: inRealTime, at: world.now
        ) { () throws(HardwareError) -> any SerialLine in try FileReplay(path: path) }
        let begin = world.now
        var shown: [TimeSpan] = []
        var hasEnded = false
        while let deadline = input.nextDeadline {
            world.run(until: max(deadline, world.now))
            for event in input.poll(at: world.now) {
                if case .telegram = event { shown.append(world.now - begin) }
                if case .ended = event { hasEnded = true }
            }
        }
        #expect(hasEnded)
        return shown
    }

    @Test func `a recording is replayed at the pace of its stamps when that is asked for`() throws {
        let stamps = (0..<5).map { TimeSpan.seconds(10) * Int64($0) }
        #expect(try replay(stamps, inRealTime: false) == [TimeSpan](repeating: .zero, count: 5))
        #expect(try replay(stamps, inRealTime: true) == stamps)
    }

    @Test func `a hole in a recording is waited for an hour at most, and stamps that go back are shown on`() throws {
        let stamps: [Int64] = [0, 10, 20, 86_400, 86_410, 86_420, 50, 60, 70]
        #expect(
            try replay(stamps.map { .seconds($0) }, inRealTime: true).map(\.seconds)
                == [0, 10, 20, 3_620, 3_630, 3_640, 3_640, 3_650, 3_660])
    }
}
