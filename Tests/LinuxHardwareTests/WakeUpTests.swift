import HardwareInterfaces
import LinuxHardware
import Synchronization
import Testing
import Timekeeping

@Suite(.serialized) struct WakeUpTests {
    @Test func `as many waits as asked for are measured, none ends before its time`() async throws {
        let trial = try await WakeUpTrial.run(count: 20, period: .milliseconds(1), realtime: true)
        #expect(trial.latenesses.count == 20)
        #expect(trial.latenesses.allSatisfy { $0 >= .zero })
    }

    @Test func `what the kernel refused of a real-time thread is told, with what would grant it`() {
        let refused = RealtimeThread.Privileges(realtimeScheduling: false, lockedMemory: false).losses
        #expect(refused.count == 2 && refused[0].contains("CAP_SYS_NICE") && refused[1].contains("CAP_IPC_LOCK"))
        #expect(RealtimeThread.Privileges(realtimeScheduling: true, lockedMemory: true).losses.isEmpty)
    }

    @Test func `what a real-time thread starts is not real-time`() async throws {
        let heirs = Mutex([Bool]())
        try await RealtimeThread.run(name: "parent", realtime: true) { privileges in
            #expect(RealtimeThread.isCurrent == privileges.realtimeScheduling)
            for _ in 0..<3 {
                try RealtimeThread.spawn(name: "child", realtime: false) { _ in
                    heirs.withLock { $0.append(RealtimeThread.isCurrent) }
                }
            }
        }
        while heirs.withLock({ $0.count }) < 3 { try await Task.sleep(for: .milliseconds(1)) }
        #expect(heirs.withLock { $0 } == [false, false, false])
    }

    @Test func `every core is kept busy until told otherwise`() throws {
        let cores = try BusyCores()
        Pause.sleep(.milliseconds(5))
        cores.stop()
        #expect(BusyCores.coreCount >= 1)
    }
}
