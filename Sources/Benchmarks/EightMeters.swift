import BridgeStore
import Ciphers
import Glibc
import HardwareInterfaces
import HardwareSimulators
import LinuxHardware
import LoRaWAN
import SmartMeter
import Synchronization
import Timekeeping
import UplinkBridge

/// Eight meters that send an encrypted telegram each second, on pseudo-terminals, read by the bridge's own loop with its
/// store: what is lost, and what it takes of the processor.
///
/// The bytes come as a USB adapter hands them on: 184 at a time, what 115 200 Bd carry in its 16 ms.
enum EightMeters {
    private static let meters = 8
    private static let piece = 184
    private static let pause = TimeSpan.milliseconds(16)

    static func run(seconds: Int) throws {
        let key = try AES128Key(hex: "0123456789ABCDEF0123456789ABCDEF")
        let terminals = try (0..<meters).map { _ throws(HardwareError) in try PseudoTerminal() }
        let path = "/tmp/p1lora-benchmark-\(getpid()).db"
        defer { for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) } }
        let clock = LinuxClock()
        let inputs = terminals.enumerated().map { number, terminal in
            MeterInput(
                number: number, device: terminal.path, keys: MeterKeys(encryptionKey: key),
                silentAfter: .minutes(5), replayGuard: ReplayGuard(), at: clock.monotonic
            ) { [path = terminal.path] () throws(HardwareError) -> any SerialLine in try SerialPort(path: path) }
        }
        var remembered: [Int: (name: String, memory: MeterMemory)] = [:]
        for number in 0..<meters { remembered[number] = ("\(number)", MeterMemory()) }
        var (telegrams, problems) = (0, 0)
        let loop = MeterLoop(
            inputs: inputs, meters: remembered,
            store: try StateStore(path: path, devEUI: DevEUI(rawValue: 1)), latestReadings: LatestReadings(),
            clock: clock
        ) { number, event in
            switch event {
            case .telegram: telegrams += 1
            case .problem(let problem):
                problems += 1
                print("eight meters: meter \(number): \(problem)")
            case .failed, .storeFailed:
                problems += 1
                print("eight meters: meter \(number): \(event)")
            default: break
            }
        }
        let waiter = try PollWaiter(clock: clock)
        loop.poll()
        nonisolated(unsafe) let lines = terminals
        let isDone = Mutex(false)
        try RealtimeThread.spawn(name: "meters", realtime: false) { _ in
            send(to: lines, key: key, seconds: seconds, clock: clock)
            isDone.withLock { $0 = true }
        }
        let begin = try processorTime()
        while !isDone.withLock({ $0 }) {
            let deadline = clock.monotonic + .seconds(1)
            try waiter.wait(for: loop.pollDescriptors, until: min(deadline, loop.nextDeadline ?? deadline))
            loop.poll()
        }
        let permille = try (processorTime() - begin).nanoseconds / (1_000_000 * Int64(seconds))
        withExtendedLifetime(terminals) {}
        print(
            "eight meters: \(telegrams) of \(meters * seconds) telegrams read, \(problems) problems; "
                + "\(permille / 10).\(permille % 10) % of one core")
    }

    /// Of this thread, in user mode and in the kernel.
    private static func processorTime() throws -> TimeSpan {
        var time = timespec()
        guard clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0 else { throw HardwareError.noThreadClock }
        return .seconds(1) * Int64(time.tv_sec) + TimeSpan(nanoseconds: Int64(time.tv_nsec))
    }

    private static func send(to terminals: [PseudoTerminal], key: AES128Key, seconds: Int, clock: LinuxClock) {
        do {
            var sealers = try terminals.map { _ in try FrameSealer(key: key, counter: 1) }
            var next = clock.monotonic
            for _ in 0..<seconds {
                let telegram = LuxembourgTelegram(list: .full).bytes(MeterRegisters(), at: clock.utc)
                let frames = sealers.indices.map { sealers[$0].seal(telegram) }
                for start in stride(from: 0, to: frames.map(\.count).max() ?? 0, by: piece) {
                    for (terminal, frame) in zip(terminals, frames) {
                        try terminal.write(
                            Array(frame[min(start, frame.count)..<min(start + piece, frame.count)]), waits: false)
                    }
                    Pause.sleep(pause)
                }
                next = next + .seconds(1)
                Pause.sleep(next - clock.monotonic)
            }
        } catch {
            print("eight meters: \(error)")
        }
    }
}

extension HardwareError {
    fileprivate static let noThreadClock = HardwareError(
        .failed(errno: 0), device: "kernel", message: "the kernel measures no processor time of threads")
}
