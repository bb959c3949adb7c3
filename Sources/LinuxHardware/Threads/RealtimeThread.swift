import CLinux
import Glibc
package import HardwareInterfaces

/// A thread of its own for a loop that must not wait behind other work.
///
/// Receive windows are missed by milliseconds: measured under load on two cores, a plain thread wakes up to 3.9 ms
/// late, one with SCHED_FIFO and locked memory 0.1 ms.
package enum RealtimeThread {
    /// What the kernel granted. Without the privileges (CAP_SYS_NICE, CAP_IPC_LOCK) the thread runs all the same.
    package struct Privileges: Sendable {
        /// SCHED_FIFO, priority 50.
        package let realtimeScheduling: Bool
        /// Memory is never paged out.
        package let lockedMemory: Bool

        package init(realtimeScheduling: Bool, lockedMemory: Bool) {
            self.realtimeScheduling = realtimeScheduling
            self.lockedMemory = lockedMemory
        }

        /// What was asked for and not granted, and how to grant it; empty where nothing is missing.
        package var losses: [String] {
            var losses: [String] = []
            if !realtimeScheduling {
                losses.append(
                    "no real-time priority (SCHED_FIFO), so a busy board opens windows late: CAP_SYS_NICE grants it")
            }
            if !lockedMemory {
                losses.append(
                    "memory is not locked, so what was paged out is read from the disk first: CAP_IPC_LOCK grants it")
            }
            return losses
        }
    }

    private final class Start: Sendable {
        let body: @Sendable (Privileges) -> Void
        let name: String
        let wantsRealtime: Bool

        init(_ body: @escaping @Sendable (Privileges) -> Void, name: String, wantsRealtime: Bool) {
            self.body = body
            self.name = name
            self.wantsRealtime = wantsRealtime
        }
    }

    /// Starts a thread that nobody joins; the body reports its end itself.
    ///
    /// - Parameters:
    ///   - realtime: ask for SCHED_FIFO, locked memory and a timer slack of 1 ns.
    ///   - body: builds what it works with: devices stay on the thread that opened them.
    package static func spawn(
        name: String, realtime: Bool, _ body: @escaping @Sendable (Privileges) -> Void
    ) throws(HardwareError) {
        let start = Start(body, name: String(name.prefix(15)), wantsRealtime: realtime)
        let code = launch(start)
        if code != 0 { throw HardwareError.failing("starting thread \(name)", "kernel", errno: code) }
    }

    /// Runs a loop on a thread of its own, and comes back when it has ended: a loop that waits would hold the only thread
    /// that a board with one core has for tasks.
    package static func run(
        name: String, realtime: Bool, _ body: @escaping @Sendable (Privileges) throws -> Void
    ) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            do {
                try spawn(name: name, realtime: realtime) { privileges in
                    continuation.resume(with: Result { try body(privileges) })
                }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    /// Whether the calling thread has real-time priority.
    package static var isCurrent: Bool { p1lora_is_realtime() }

    private static func launch(_ start: Start) -> Int32 {
        let context = Unmanaged.passRetained(start)
        let code = p1lora_start_thread({ RealtimeThread.run($0) }, context.toOpaque())
        if code != 0 { context.release() }
        return code
    }

    private static func run(_ context: UnsafeMutableRawPointer?) {
        guard let context else { return }
        let start = Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
        p1lora_name_thread(start.name)
        var privileges = Privileges(realtimeScheduling: false, lockedMemory: false)
        if start.wantsRealtime {
            p1lora_sharpen_timers()
            privileges = Privileges(
                realtimeScheduling: p1lora_become_realtime(50), lockedMemory: p1lora_lock_memory())
        }
        start.body(privileges)
    }
}
