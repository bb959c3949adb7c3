import BridgeConfiguration
import Ciphers
import HardwareInterfaces
import HardwareSimulators
import SmartMeter
import Timekeeping
import UplinkBridge

/// A line on which a simulated meter's telegrams come whole, with no kernel between.
final class MemoryLine: SerialLine {
    private var bytes: [UInt8] = []

    /// None that poll(2) would look at. nil would mean a file, whose end is final.
    var pollDescriptor: Int32? { -1 }

    /// Nobody read it in time.
    func clear() { bytes = [] }

    func arrive(_ telegram: [UInt8]) { bytes += telegram }

    func read(into buffer: inout [UInt8], limit: Int) throws(HardwareError) -> ReadOutcome {
        guard !bytes.isEmpty else { return .nothingYet }
        let count = min(limit, bytes.count)
        buffer += bytes.prefix(count)
        bytes.removeFirst(count)
        return .bytes(count)
    }

    func write(_ bytes: [UInt8]) throws(HardwareError) {}
}

/// A meter of the configuration: its house, the telegrams it writes of it, and the line they come on.
final class TrialMeter {
    let line = MemoryLine()
    let configuration: MeterConfiguration
    /// What the newest telegram shows.
    private(set) var shown = MeterRegisters()
    /// The time of that.
    private(set) var shownAt: UTCInstant?
    /// Until then it sends nothing.
    var silentUntil: UTCInstant?
    /// What meters that were there before this one had counted.
    private var before = MeterRegisters()
    private let house: any SimulatedHouse
    private let telegram: LuxembourgTelegram
    private var sealer: FrameSealer?
    private let world: SimulatedWorld
    private let interval: TimeSpan

    /// - Parameters:
    ///   - list: what is in its telegrams.
    ///   - interval: between two telegrams; a part of a quarter-hour without remainder.
    init(
        _ configuration: MeterConfiguration, house: any SimulatedHouse, list: LuxembourgTelegram.List,
        every interval: TimeSpan, world: SimulatedWorld
    ) throws {
        self.configuration = configuration
        self.house = house
        self.world = world
        self.interval = interval
        telegram = LuxembourgTelegram(list: list)
        sealer = try configuration.key.map { key throws(CipherError) in
            try FrameSealer(
                key: key, authenticationKey: configuration.authenticationKey,
                systemTitle: configuration.systemTitle?.bytes ?? [0x53, 0x41, 0x47, 0x67, 0x70, 0x05, 0x0E, 0x9D])
        }
    }

    func input(replayGuard: ReplayGuard, at now: MonotonicInstant) -> MeterInput {
        MeterInput(
            number: configuration.number, device: "simulated", keys: configuration.meterKeys,
            silentAfter: configuration.silentAfter, replayGuard: replayGuard, at: now
        ) { [line] () throws(HardwareError) -> any SerialLine in line }
    }

    /// Another meter takes its place, which begins at zero.
    func replace() { before = house.registers(at: world.clock.utc) }

    /// Sends a telegram now, and goes on for ever.
    /// - Parameter sent: called with each.
    func start(_ sent: @escaping (MeterRegisters, UTCInstant) -> Void) {
        let time = world.clock.utc
        shown = house.registers(at: time)
        shown.energyImport -= before.energyImport
        shown.energyExport -= before.energyExport
        shown.reactiveImport -= before.reactiveImport
        shown.reactiveExport -= before.reactiveExport
        shownAt = time
        if silentUntil.map({ $0 <= time }) ?? true {
            let plain = telegram.bytes(shown, at: time)
            line.arrive(sealer?.seal(plain) ?? plain)
        }
        sent(shown, time)
        world.schedule(after: interval) { [self] in start(sent) }
    }
}
