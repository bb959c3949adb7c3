import Glibc
package import HardwareInterfaces
import Synchronization
import Timekeeping

/// Keeps every core of the board busy, to see what that does to others: arithmetic, memory beyond the caches, and calls of
/// the kernel.
package final class BusyCores: Sendable {
    private let isOver = Atomic(false)
    private let running = Atomic(0)

    /// Begins at once.
    package init() throws(HardwareError) {
        for _ in 0..<Self.coreCount {
            running.add(1, ordering: .relaxed)
            do {
                try RealtimeThread.spawn(name: "p1lora-load", realtime: false) { [self] _ in burn() }
            } catch {
                running.subtract(1, ordering: .relaxed)
                stop()
                throw error
            }
        }
    }

    package static var coreCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// Ends it, and waits until it has ended.
    package func stop() {
        isOver.store(true, ordering: .relaxed)
        while running.load(ordering: .relaxed) > 0 { Pause.sleep(.milliseconds(1)) }
    }

    private func burn() {
        var memory = [UInt64](repeating: 1, count: 1 << 20)
        var place = 1
        while !isOver.load(ordering: .relaxed) {
            for _ in 0..<10_000 {
                place = (place &* 5 &+ 12_345) & (memory.count - 1)
                memory[place] &+= 1
            }
            _ = getppid()
        }
        running.subtract(1, ordering: .relaxed)
    }
}
