import HardwareInterfaces
import HardwareSimulators
import LinuxHardware
import LoRaWAN
import RadioDrivers
import Synchronization
import Timekeeping
import UplinkBridge

/// How late receive windows open while every core is busy: an SX127x and an SX126x by turns, on the thread that a bridge has for
/// its radio.
///
/// The chips are simulated, their bus takes the time of a real one: a call of the kernel, and 4 us for each byte at 2 MHz. Late is
/// from the planned opening to the end of the transfer that opens it.
enum WindowBenchmark {
    static func run(count: Int) async throws {
        for realtime in [true, false] {
            let load = try BusyCores()
            defer { load.stop() }
            let results = Mutex<[(String, [TimeSpan])]>([])
            let isGranted = Mutex(false)
            try await RealtimeThread.run(name: "p1lora-windows", realtime: realtime) { privileges in
                isGranted.withLock { $0 = privileges.realtimeScheduling }
                let clock = LinuxClock()
                let (waiter, benches) = (try PollWaiter(clock: clock), [WindowBench.sx127x(clock), .sx126x(clock)])
                for bench in benches { try bench.start() }
                while benches.contains(where: { $0.latenesses.count < count }) {
                    for bench in benches { try bench.window(waiter) }
                }
                results.withLock { $0 = benches.map { ($0.name, $0.latenesses) } }
            }
            let thread = isGranted.withLock { $0 } ? "real-time thread" : "plain thread"
            for (name, latenesses) in results.withLock({ $0 }) {
                let figures = LatenessFigures(latenesses)
                let late = [figures.p50, figures.p99, figures.p999, figures.worst].map { "\($0.microseconds)" }
                print(
                    "windows under load, \(thread), \(name): \(figures.count), us late at p50, p99, p99.9, worst: "
                        + late.joined(separator: ", "))
            }
        }
    }
}

/// One chip, by the clock of the machine.
private final class WindowBench {
    let name: String
    private(set) var latenesses: [TimeSpan] = []
    private let radio: any Transceiver
    private let bus: TimedBus
    private let clock: LinuxClock
    /// How long ahead a window is ordered.
    private var ahead = TimeSpan.milliseconds(60)

    private init(_ name: String, _ bus: TimedBus, _ radio: any Transceiver, _ clock: LinuxClock) {
        (self.name, self.bus, self.radio, self.clock) = (name, bus, radio, clock)
    }

    private static func world(_ clock: LinuxClock) -> SimulatedWorld {
        SimulatedWorld(startingAt: clock.utc, monotonic: clock.monotonic)
    }

    static func sx127x(_ clock: LinuxClock) -> WindowBench {
        let world = world(clock)
        let chip = SX1276Simulator(world: world, air: Air(world: world))
        chip.recordsAccesses = false
        let bus = TimedBus(chip, world: world, clock: clock) { $0 == [0x81, 0x8E] }
        let radio = SX127x(bus: bus, reset: chip.resetPin, dio0: chip.dio0, dio1: chip.dio1) { Pause.sleep($0) }
        return WindowBench("SX127x", bus, radio, clock)
    }

    static func sx126x(_ clock: LinuxClock) -> WindowBench {
        let world = world(clock)
        let chip = SX126xSimulator(world: world, air: Air(world: world))
        chip.recordsCommands = false
        let bus = TimedBus(chip, world: world, clock: clock) { $0.first == 0x82 }
        let radio = SX126x(
            bus: bus,
            wiring: .init(
                busy: TimedPin(chip.busyPin, bus), reset: TimedReset(chip.resetPin, bus), dio1: chip.dio1),
            configuration: .init(), pause: { Pause.sleep($0) })
        return WindowBench("SX126x", bus, radio, clock)
    }

    func start() throws { try radio.start(at: clock.monotonic) }

    func window(_ waiter: PollWaiter) throws {
        bus.openedAt = nil
        let now = clock.monotonic
        let modulation = Modulation.lora(.init(spreadingFactor: 7, bandwidth: .khz125))
        try radio.receive(
            ReceiveWindow(opensAt: now + ahead, frequency: 868_100_000, modulation: modulation), at: now)
        // The radio opens the earlier the later its thread has been.
        guard bus.openedAt == nil, let due = radio.nextDeadline else {
            ahead = ahead + .milliseconds(20)
            return try radio.sleep()
        }
        while bus.openedAt == nil {
            try waiter.wait(for: [], until: radio.nextDeadline)
            _ = radio.poll(at: clock.monotonic)
        }
        if let opened = bus.openedAt { latenesses.append(opened - due) }
        try radio.sleep()
    }
}

/// What a transfer costs on a real bus.
private final class TimedBus: SPIBus {
    var openedAt: MonotonicInstant?
    private let chip: any SPIBus
    private let world: SimulatedWorld
    private let clock: LinuxClock
    private let opens: ([UInt8]) -> Bool

    init(_ chip: any SPIBus, world: SimulatedWorld, clock: LinuxClock, opens: @escaping ([UInt8]) -> Bool) {
        (self.chip, self.world, self.clock, self.opens) = (chip, world, clock, opens)
    }

    func keepUp() { world.run(until: clock.monotonic) }

    func transfer(_ bytes: [UInt8]) throws(HardwareError) -> [UInt8] {
        spend(.microseconds(15 + 4 * Int64(bytes.count)))
        let answer = try chip.transfer(bytes)
        if opens(bytes) { openedAt = clock.monotonic }
        return answer
    }

    func spend(_ span: TimeSpan) {
        let end = clock.monotonic + span
        while clock.monotonic < end {}
        keepUp()
    }
}

private final class TimedPin: InputPin {
    private let pin: any InputPin
    private let bus: TimedBus

    init(_ pin: any InputPin, _ bus: TimedBus) { (self.pin, self.bus) = (pin, bus) }

    func isHigh() throws(HardwareError) -> Bool {
        bus.spend(.microseconds(3))
        return try pin.isHigh()
    }
}

private final class TimedReset: OutputPin {
    private let pin: any OutputPin
    private let bus: TimedBus

    init(_ pin: any OutputPin, _ bus: TimedBus) { (self.pin, self.bus) = (pin, bus) }

    func set(_ level: PinLevel) throws(HardwareError) {
        bus.keepUp()
        try pin.set(level)
    }
}
