import Glibc
import HardwareInterfaces
import HardwareSimulators
import Timekeeping

/// The simulated SX1276 behind /dev/spidev0.0 and the lines of a gpiochip.
final class ChipOnBus {
    let chip: SX1276Simulator
    let helper: HelperProgram
    private let world: SimulatedWorld
    private let air: Air
    private let reset: any OutputPin
    /// The lines that follow the chip's pins: what gpio-sim has to be told, what it was told last, and when the pin rose.
    private var pins: [(pin: SimulatedEdgePin, file: Int32, isHigh: Bool?, rose: MonotonicInstant?)] = []
    /// The last receive window: after which frame, the first or the second, and when it opened.
    private var window: (after: MonotonicInstant, number: Int, opened: MonotonicInstant)?
    private var reported = 0
    private var resetLowSince: (world: MonotonicInstant, kernel: TimeSpan)?

    /// - Parameter lines: gpio-sim's folder: line 0 is DIO0, line 1 DIO1, line 2 NRESET.
    init(world: SimulatedWorld, air: Air, helper: HelperProgram, lines: String) {
        self.world = world
        self.air = air
        self.helper = helper
        chip = SX1276Simulator(world: world, air: air)
        chip.recordsAccesses = false
        reset = chip.resetPin
        for (line, pin) in [(0, chip.dio0), (1, chip.dio1)] {
            pins.append((pin, open("\(lines)/sim_gpio\(line)/pull", O_WRONLY | O_CLOEXEC), nil, nil))
        }
    }

    /// Brings the lines to where the pins are.
    func drivePins() {
        for index in pins.indices where pins[index].isHigh != pins[index].pin.isHigh {
            let isHigh = pins[index].pin.isHigh
            pins[index].isHigh = isHigh
            // The kernel makes the edges; the pin's own queue says when it should have.
            while let edge = pins[index].pin.nextEdge() {
                guard edge.rising else { continue }
                pins[index].rose = edge.at
                if index == 1, let window {
                    BenchLog.line("RX\(window.number) ends empty after \((edge.at - window.opened).microseconds) us")
                }
            }
            let pull = Array((isHigh ? "pull-up" : "pull-down").utf8)
            _ = pwrite(pins[index].file, pull, pull.count, 0)
        }
        for violation in chip.violations.dropFirst(reported) { BenchLog.line("VIOLATION \(violation)") }
        reported = chip.violations.count
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
        if bytes == [0x81, 0x8E], let frame = air.uplinks.last {
            let number = window?.after == frame.end ? (window?.number ?? 0) + 1 : 1
            window = (frame.end, number, world.now)
            let symbols = Int(chip.register(0x1E) & 3) << 8 | Int(chip.register(0x1F))
            BenchLog.line(
                "RX\(number) opens \((world.now - frame.end).microseconds) us after the frame, for \(symbols) symbols of "
                    + "SF\(chip.register(0x1E) >> 4)")
        } else if bytes.first == 0x92 {
            for (line, pin) in pins.enumerated() where pin.pin.isHigh {
                guard let rose = pin.rose else { continue }
                BenchLog.line("DIO\(line) answered after \((world.now - rose).microseconds) us")
            }
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
        try? reset.set(isLow ? .low : .floating)
        // The driver's 6 ms have begun when it happened: the chip's 5 ms are not to end after them.
        if !isLow, isLate { world.run(until: world.now + .milliseconds(5)) }
        drivePins()
    }
}
