import Ciphers
import Glibc
import HardwareInterfaces
import HardwareSimulators
import LinuxHardware
import Timekeeping

/// The simulators behind real device files, by the kernel's clock: for the guest of Tests/Kernel, whose scripts tell it what
/// is to happen on standard input and look at what did on standard output.
///
/// usage: KernelBench GPIOCHIP LINES SPIDEV_PROGRAM ADAPTER_PROGRAM
@main
struct KernelBench {
    /// The first; the next ones are registered too.
    static let devEUI: UInt64 = 0x70B3_D57E_D000_1001
    static let devices: UInt64 = 4
    static let appKey = "0F1E2D3C4B5A69788796A5B4C3D2E1F0"
    static let meterKey = "404142434445464748494A4B4C4D4E4F"

    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 5 else { exit(64) }
        signal(SIGPIPE, SIG_IGN)
        let clock = LinuxClock()
        let world = SimulatedWorld(startingAt: clock.utc)
        let epoch = clock.monotonic - (world.now - MonotonicInstant(nanoseconds: 0))
        let air = Air(world: world)
        let server = NetworkServer(clock: world.clock)
        for number in 0..<devices {
            try server.register(devEUI: devEUI + number, joinEUI: 1, appKey: AES128Key(hex: appKey))
        }
        let gateway = SimulatedGateway(air: air, server: server)
        let bus = ChipOnBus(
            world: world, air: air, helper: try HelperProgram(arguments[3], [arguments[1], "2"]), lines: arguments[2])
        let adapter = AdapterOnUSB(
            program: arguments[4], world: world,
            meter: SimulatedMeter(
                household: HouseholdProfile(seed: 3), sealer: try FrameSealer(key: AES128Key(hex: meterKey)),
                startingAt: world.clock.utc),
            module: RN2483Simulator(world: world, air: air))
        var bench = Bench(world: world, server: server, gateway: gateway, bus: bus, adapter: adapter)
        air.subscribe(FrameLog())
        server.onUplink = { uplink in
            BenchLog.line("uplink \(uplink.counter) port \(uplink.port ?? 0) payload \(uplink.payload.hex)")
        }
        let telegram = LuxembourgTelegram().bytes(MeterRegisters(), at: world.clock.utc)
        let file = open("/run/telegram", O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        _ = write(file, telegram, telegram.count)
        close(file)
        BenchLog.line("ready")
        try bench.run(clock: clock, epoch: epoch)
    }
}

/// All of it, at one table.
struct Bench {
    let world: SimulatedWorld
    let server: NetworkServer
    /// Held: the air knows its listeners, but nobody else does.
    let gateway: SimulatedGateway
    let bus: ChipOnBus
    let adapter: AdapterOnUSB
    private var typed: [UInt8] = []
    private var (joins, rejected) = (0, 0)

    init(
        world: SimulatedWorld, server: NetworkServer, gateway: SimulatedGateway, bus: ChipOnBus, adapter: AdapterOnUSB
    ) {
        self.world = world
        self.server = server
        self.gateway = gateway
        self.bus = bus
        self.adapter = adapter
    }

    /// Until standard input ends.
    mutating func run(clock: LinuxClock, epoch: MonotonicInstant) throws {
        let waiter = try PollWaiter(clock: clock)
        func present() -> MonotonicInstant { MonotonicInstant(nanoseconds: (clock.monotonic - epoch).nanoseconds) }
        while true {
            world.run(until: present())
            bus.drivePins()
            tellServer()
            let next = [world.nextEvent, bus.nextChange].compactMap { $0 }.min()
            let due = next.map { epoch + TimeSpan(nanoseconds: $0.nanoseconds) }
            let descriptors = [STDIN_FILENO, bus.helper.descriptor] + (adapter.helper.map { [$0.descriptor] } ?? [])
            try waiter.wait(for: descriptors, until: due)
            if isReadable(bus.helper.descriptor) {
                guard let requests = bus.helper.requests() else { return BenchLog.line("the SPI program has ended") }
                for request in requests { bus.take(request, epoch: epoch, at: present()) }
            }
            world.run(until: present())
            if let helper = adapter.helper, isReadable(helper.descriptor) {
                if let requests = helper.requests() { requests.forEach(adapter.take) } else { adapter.unplug() }
            }
            if isReadable(STDIN_FILENO), try !obey() { return }
        }
    }

    private func isReadable(_ descriptor: Int32) -> Bool {
        var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&polled, 1, 0) > 0
    }

    private mutating func tellServer() {
        for join in server.joins.dropFirst(joins) { BenchLog.line("joined with nonce \(join.devNonce)") }
        for frame in server.rejected.dropFirst(rejected) { BenchLog.line("rejected \(frame.reason)") }
        (joins, rejected) = (server.joins.count, server.rejected.count)
    }

    /// - Returns: false when nobody will say anything more.
    private mutating func obey() throws -> Bool {
        var chunk = [UInt8](repeating: 0, count: 512)
        let count = read(STDIN_FILENO, &chunk, chunk.count)
        guard count > 0 else { return false }
        typed += chunk.prefix(count)
        while let end = typed.firstIndex(of: UInt8(ascii: "\n")) {
            let words = String(decoding: typed[..<end], as: UTF8.self).split(separator: " ").map(String.init)
            typed.removeFirst(end + 1)
            try obey(words)
        }
        return true
    }

    private func obey(_ words: [String]) throws {
        let number = words.last.flatMap { Int($0) } ?? 0
        switch words.first {
        case "sx1262": bus.fitSX1262()
        case "hang": bus.chip.hang()
        case "bus": bus.chip.brokenBus = words.last == "well" ? nil : UInt8(words.last ?? "", radix: 16)
        case "brown-out": bus.chip.brownOut()
        case "smarty": try adapter.plugIn(.smarty)
        case "dsmr22": try adapter.plugIn(.dsmr22)
        case "module": try adapter.plugIn(.module)
        case "unplug": adapter.unplug()
        case "cut": adapter.cut(after: number)
        case "downlink": enqueue(words.last)
        case "call":
            enqueue(words.last)
            if !gateway.sendContinuous(to: listener) { BenchLog.line("nobody listens all the time") }
        default: BenchLog.line("what is \(words.joined(separator: " "))?")
        }
        BenchLog.line("did \(words.joined(separator: " "))")
    }

    /// The device that was heard last.
    private var listener: UInt64 { server.uplinks.last?.devEUI ?? KernelBench.devEUI }

    private func enqueue(_ hex: String?) {
        server.enqueue(QueuedDownlink(port: 2, payload: [UInt8](hex: hex ?? "") ?? []), for: listener)
    }
}
