import Glibc
import HardwareInterfaces
import HardwareSimulators
import Timekeeping

/// The simulated chip behind /dev/spidev0.0 and the lines of a gpiochip.
final class ChipOnBus {
    private(set) var chip: any BoardChip
    let helper: HelperProgram
    private let world: SimulatedWorld
    private let air: Air
    /// Of gpio-sim: what each of the chip's two lines is told.
    private let pulls: [Int32]
    /// Where the lines are.
    private var levels: [Int: Bool] = [:]
    /// When the pins rose that are high.
    private var rose: [String: MonotonicInstant] = [:]
    /// The last receive window: after which frame, the first or the second, and when it opened.
    private var window: (after: MonotonicInstant, number: Int, opened: MonotonicInstant)?
    private var reported = 0
    private var resetLowSince: (world: MonotonicInstant, kernel: TimeSpan)?

    /// - Parameter lines: gpio-sim's folder: lines 0 and 1 are the chip's, line 2 is NRESET.
    init(world: SimulatedWorld, air: Air, helper: HelperProgram, lines: String) {
        self.world = world
        self.air = air
        self.helper = helper
        pulls = [0, 1].map { open("\(lines)/sim_gpio\($0)/pull", O_WRONLY | O_CLOEXEC) }
        let chip = SX1276Simulator(world: world, air: air)
        chip.recordsAccesses = false
        self.chip = chip
    }

    /// Another board with an SX1262, whose oscillator is a TCXO.
    func fitSX1262() {
        let chip = SX126xSimulator(world: world, air: air)
        chip.recordsCommands = false
        self.chip = chip
        (levels, rose, window, reported) = ([:], [:], nil, 0)
    }

    /// When a line changes by itself, without an event of the world.
    var nextChange: MonotonicInstant? { chip.busy.flatMap { $0.until > world.now ? $0.until : nil } }

    /// Brings the lines to where the pins are.
    func drivePins() {
        for (name, line, pin) in chip.edgePins where levels[line] != pin.isHigh {
            // The kernel makes the edges; the pin's own queue says when it should have.
            while let edge = pin.nextEdge() {
                guard edge.rising else { continue }
                rose[name] = edge.at
                if let window, chip.tellsOfEmptyWindow(name) {
                    BenchLog.line("RX\(window.number) ends empty after \((edge.at - window.opened).microseconds) us")
                }
            }
            drive(line, pin.isHigh)
        }
        if let (line, pin, _) = chip.busy, let isHigh = try? pin.isHigh(), levels[line] != isHigh {
            drive(line, isHigh)
        }
        for violation in chip.violations.dropFirst(reported) { BenchLog.line("VIOLATION \(violation)") }
        reported = chip.violations.count
    }

    private func drive(_ line: Int, _ isHigh: Bool) {
        levels[line] = isHigh
        let pull = Array((isHigh ? "pull-up" : "pull-down").utf8)
        _ = pwrite(pulls[line], pull, pull.count, 0)
    }

    /// - Parameters:
    ///   - epoch: the kernel's time when the world's was zero.
    ///   - present: the world's.
    func take(_ request: HelperProgram.Request, epoch: MonotonicInstant, at present: MonotonicInstant) {
        switch request.kind {
        case "T":
            world.run(until: present)
            note(request.bytes)
            let answer = (try? chip.transfer(request.bytes)) ?? [UInt8](repeating: 0, count: request.bytes.count)
            drivePins()
            helper.send(answer)
        case "R": takeReset(isLow: request.bytes.first == 0, stamp: request.bytes.dropFirst(), epoch: epoch)
        default: break
        }
    }

    /// When the driver does what has a time of its own.
    private func note(_ bytes: [UInt8]) {
        switch chip.order(bytes) {
        case .window(let symbols, let factor):
            guard let frame = air.uplinks.last else { return }
            let number = window?.after == frame.end ? (window?.number ?? 0) + 1 : 1
            window = (frame.end, number, world.now)
            BenchLog.line(
                "RX\(number) opens \((world.now - frame.end).microseconds) us after the frame, for \(symbols) symbols of "
                    + "SF\(factor)")
        case .listen(let factor):
            BenchLog.line("listens with SF\(factor)")
        case .flags:
            for (name, _, pin) in chip.edgePins where pin.isHigh {
                guard let rose = rose[name] else { continue }
                BenchLog.line("\(name) answered after \((world.now - rose).microseconds) us")
            }
        case nil: break
        }
    }

    /// It is heard of late; when it was, the kernel tells.
    private func takeReset(isLow: Bool, stamp: ArraySlice<UInt8>, epoch: MonotonicInstant) {
        let nanoseconds = stamp.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let at = MonotonicInstant(nanoseconds: Int64(truncatingIfNeeded: nanoseconds)) - epoch
        let inWorld = MonotonicInstant(nanoseconds: at.nanoseconds)
        world.run(until: inWorld)
        if !isLow, let since = resetLowSince {
            world.run(until: since.world + (at - since.kernel))
            BenchLog.line("NRESET low for \((at - since.kernel).microseconds) us")
        }
        let isLate = world.now - inWorld > .microseconds(500)
        resetLowSince = isLow ? (world.now, at) : nil
        try? chip.resetPin.set(isLow ? .low : .floating)
        // The driver's 6 ms have begun when it happened: the chip's 5 ms are not to end after them.
        if !isLow, isLate { world.run(until: world.now + .milliseconds(5)) }
        drivePins()
    }
}
