import HardwareInterfaces
import HardwareSimulators
import Synchronization
import Timekeeping

/// The clock of one of several boards in a world: each has boots of its own.
final class BoardClock: Clock {
    private let world: VirtualClock
    private let board: String
    private let boots = Atomic(1)

    init(_ world: VirtualClock, board: String) { (self.world, self.board) = (world, board) }

    var monotonic: MonotonicInstant { world.monotonic }
    var utc: UTCInstant { world.utc }
    var isUTCTrusted: Bool { world.isUTCTrusted }
    var bootIdentifier: String { "\(board)-\(boots.load(ordering: .relaxed))" }

    func reboot() { boots.add(1, ordering: .relaxed) }
}
