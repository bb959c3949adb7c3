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
    /// The lines that follow the chip's pins: what gpio-sim has to be told, and what it was told last.
    private var pins: [(pin: SimulatedEdgePin, file: Int32, isHigh: Bool?)] = []
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
        for (line, pin) in [(0, chip.dio0)] {
            pins.append((pin, open("\(lines)/sim_gpio\(line)/pull", O_WRONLY | O_CLOEXEC), nil))
        }
    }

    /// Brings the lines to where the pins are.
    func drivePins() {
        for index in pins.indices where pins[index].isHigh != pins[index].pin.isHigh {
            let isHigh = pins[index].pin.isHigh
            pins[index].isHigh = isHigh
            // The pin's own queue is nobody's: the kernel makes the edges.
            while pins[index].pin.nextEdge() != nil {}
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
            if request.bytes == [0x81, 0x8E], let frame = air.uplinks.last {
                BenchLog.line("window opens \((world.now - frame.end).milliseconds) ms after the frame")
            }
            if request.bytes == [0x92, 0x08], let frame = air.uplinks.last {
                BenchLog.line("TxDone taken \((world.now - frame.end).milliseconds) ms after the frame")
            }
            let answer = (try? chip.transfer(request.bytes)) ?? [UInt8](repeating: 0, count: request.bytes.count)
            drivePins()
            helper.send(answer)
        case "R": takeReset(isLow: request.bytes.first == 0, stamp: request.bytes.dropFirst(), epoch: epoch)
        default: break
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
