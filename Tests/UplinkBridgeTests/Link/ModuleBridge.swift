import Foundation
import HardwareInterfaces
import HardwareSimulators
import LoRaWAN
import MeterValues
import RadioDrivers
import TestSupport
import Testing
import Timekeeping
import UplinkBridge
import UplinkPayload

@testable import BridgeConfiguration
@testable import BridgeStore

/// The sending half of a bridge with a simulated module, on the air and at the network server of a ``LinkBench``. It can be
/// cut off at any instant, and started again with what is on its disk and in its module.
class AnyModuleBridge {
    let bench: LinkBench
    private let make: any ModuleMake.Type
    private let line: any BreakableLine
    private let resetPin: (any OutputPin)?
    private let plugIn: () -> Void
    let disk = FaultyDisk()
    /// Why the line can't be opened.
    var lineFault: HardwareError?
    private(set) var opened = 0
    private(set) var running: (link: ModuleLink, loop: UplinkLoop, commons: BridgeCommons)?
    private var starts: UInt64 = 0
    var uplinkEvents: [UplinkEvent] = []
    /// The module draws its DevNonces at random.
    var drawsNonces = false

    /// - Parameter plugIn: brings the line back that was lost.
    init(
        _ make: any ModuleMake.Type, bench: LinkBench, line: any BreakableLine, reset: (any OutputPin)?,
        plugIn: @escaping () -> Void
    ) throws {
        (self.make, self.bench, self.line, resetPin, self.plugIn) = (make, bench, line, reset, plugIn)
        try start()
    }

    var world: SimulatedWorld { bench.world }
    var devEUI: UInt64 { bench.configuration.lorawan.devEUI.rawValue }

    func start() throws {
        starts += 1
        running = nil
        let store = try StateStore(
            path: bench.path, devEUI: bench.configuration.lorawan.devEUI, faults: disk.faults)
        let commons = try BridgeCommons(bench.configuration, store: store, clock: world.clock)
        let device = bench.configuration.lorawan.deviceConfiguration(
            radio: bench.configuration.radio, randomSeed: starts)
        let clock = NetworkClock(world.clock)
        let link = try ModuleLink(
            make, configuration: device, store: store, clock: clock, reset: resetPin,
            random: SeededRandom(seed: starts)
        ) { [unowned self] event in
            bench.events.append(event)
            commons.health.note(link: event, at: world.now)
        } openLine: { [unowned self] () throws(HardwareError) in
            if let lineFault { throw lineFault }
            opened += 1
            plugIn()
            return line
        }
        let loop = UplinkLoop(commons, link: link, clock: clock) { [unowned self] in uplinkEvents.append($0) }
        running = (link, loop, commons)
    }

    /// The power of the board fails.
    func cut() { running = nil }

    /// The service is told to end.
    func stop() {
        running?.link.close()
        running = nil
    }

    /// The server knows nothing of the session any more.
    func forget() throws {
        let lorawan = bench.configuration.lorawan
        guard case .overTheAir(let joinEUI, let appKey) = lorawan.activation else { return }
        try bench.server.register(
            devEUI: lorawan.devEUI.rawValue, joinEUI: joinEUI.rawValue, appKey: appKey)
    }

    func delete(_ suffixes: String...) {
        for suffix in suffixes { try? FileManager.default.removeItem(atPath: bench.path + suffix) }
    }

    func post(_ watts: Int64 = 842) {
        guard let commons = running?.commons else { return }
        let quantities = [
            OBISCode(1, 0, 1, 8, 0): Quantity(coefficient: 25_653, decimals: 3, unit: .kilowattHour),
            OBISCode(1, 0, 1, 7, 0): Quantity(coefficient: watts, decimals: 3, unit: .kilowatt),
        ]
        commons.latestReadings.post(
            Reading(time: world.clock.utc, quantities: quantities), meter: 0, receivedAt: world.now)
        commons.latestReadings.close(meter: 0)
    }

    /// - Returns: how often the loop went round.
    @discardableResult
    func run(for span: TimeSpan, until isOver: () -> Bool = { false }) -> Int {
        guard let loop = running?.loop else { return 0 }
        let end = world.now + span
        var rounds = 0
        while world.now < end {
            loop.poll()
            rounds += 1
            if isOver() { break }
            world.wait(for: [], until: min(loop.nextDeadline ?? end, end))
        }
        return rounds
    }

    func received(_ kind: ReportKind) throws -> [String] {
        try bench.server.uplinks.filter { $0.port == kind.port }.map {
            try bench.configuration.schema.decode(port: Int(kind.port), $0.payload).json
        }
    }

    func downlink(_ commands: [Command], sequence: Int) {
        let bytes = CommandFrame(sequence: sequence, commands: commands).encode()
        bench.server.enqueue(QueuedDownlink(port: ReportKind.commandPort, payload: bytes), for: devEUI)
    }

    func count(_ isWanted: (LinkEvent) -> Bool) -> Int { bench.events.count(where: isWanted) }
    var joins: Int { count { if case .joined = $0 { true } else { false } } }
    var failures: [String] {
        bench.events.compactMap { if case .radioFailed(let error, _) = $0 { error.message } else { nil } }
    }

    /// What must hold over all that was ever on the air: no counter and no nonce twice, no sliding hour of a sub-band too
    /// full, no day beyond the daily air-time, nothing that the server had to refuse.
    func audit(_ context: String, dailyAirTime: TimeSpan? = nil) {
        var seen: Set<[UInt8]> = []
        let rejected = bench.server.rejected.map(\.reason).filter {
            if case .nonceUsedBefore = $0 { !drawsNonces } else { true }
        }
        for frame in bench.air.uplinks {
            let bytes = frame.payload
            let name = bytes[0] >> 5 == 0 ? Array(bytes.dropFirst(17).prefix(2)) : Array(bytes[1..<5] + bytes[6..<8])
            // A module's own draw of one in 65 536 may come twice: nobody but the module can help that.
            if drawsNonces, bytes[0] >> 5 == 0 { continue }
            #expect(seen.insert(name).inserted, "a counter or nonce twice on the air: \(context)")
        }
        #expect(rejected.isEmpty, "\(rejected): \(context)")
        auditAirTime(context, dailyAirTime: dailyAirTime)
    }

    func auditAirTime(_ context: String, dailyAirTime: TimeSpan? = nil) {
        for band in bench.configuration.lorawan.region.subBands where band.dutyPermille < 1_000 {
            let frames = bench.air.uplinks.filter { band.frequencies.contains($0.frequency) }
            let fullest = Self.fullest(frames, .hours(1))
            #expect(fullest <= band.hourlyLimit, "\(fullest) in an hour of \(band.name): \(context)")
        }
        guard let dailyAirTime else { return }
        let fullest = Self.fullest(bench.air.uplinks.filter { $0.payload[0] >> 5 != 0 }, .hours(24))
        #expect(fullest <= dailyAirTime, "\(fullest) in a day: \(context)")
    }

    /// The most on-time in a window that ends with a frame.
    private static func fullest(_ frames: [AirTransmission], _ window: TimeSpan) -> TimeSpan {
        var (most, first) = (TimeSpan.zero, 0)
        for (index, last) in frames.enumerated() {
            while frames[first].end <= last.end - window { first += 1 }
            let spent = frames[first...index].reduce(TimeSpan.zero) {
                $0 + ($1.end - max($1.start, last.end - window))
            }
            most = max(most, spent)
        }
        return most
    }
}

/// With an RN2483.
extension AnyModuleBridge {
    /// Eighty cuts of the board's power at any moment, each third one of the module's too.
    func cutOften(_ module: some FaultyModule) throws {
        var random = SeededRandom(seed: 11)
        for round in 0..<80 {
            post(Int64(round))
            run(for: .milliseconds(Int64.random(in: 0...60_000, using: &random)))
            cut()
            if round % 3 == 0 { module.brownOut() }
            world.run(until: world.now + .milliseconds(Int64.random(in: 0...5_000, using: &random)))
            try start()
        }
    }
}

final class ModuleBridge: AnyModuleBridge {
    let module: RN2483Simulator

    static let text = TestConfiguration.minimal.replacing(
        "[[report]]", with: "[radio]\ntype = \"rn2483\"\ndevice = \"/dev/serial0\"\n[[report]]")

    init(
        _ text: String = ModuleBridge.text, firmware: ModuleFirmware = .v105, hasResetPin: Bool = true,
        seed: UInt64 = 1,
        server: NetworkServer.Settings = .init()
    ) throws {
        let bench = try LinkBench(text, server: server)
        let module = RN2483Simulator(world: bench.world, air: bench.air, firmware: firmware, seed: seed)
        self.module = module
        try super.init(
            RN2483.self, bench: bench, line: module, reset: hasResetPin ? module.resetPin : nil
        ) { module.plugIn() }
    }
}

/// With a module with AT commands.
final class ATModuleBridge: AnyModuleBridge {
    let module: ATModuleSimulator

    static let often = ModuleLinkTests.often

    init(
        _ kind: ATModuleKind, _ text: String = ATModuleBridge.often, plan: ModulePlan = .eu868,
        hasResetPin: Bool = true,
        seed: UInt64 = 1, server: NetworkServer.Settings = .init()
    ) throws {
        let bench = try LinkBench(text.replacing("rn2483", with: kind.make.typeName), server: server)
        let module = ATModuleSimulator(
            world: bench.world, air: bench.air, speech: kind.speech, plan: plan, seed: seed)
        self.module = module
        try super.init(
            kind.make, bench: bench, line: module, reset: hasResetPin ? module.resetPin : nil
        ) { module.plugIn() }
        drawsNonces = kind.speech is LoRaE5Speech
    }
}

/// A make of module with AT commands, and its simulated twin.
struct ATModuleKind: Sendable, CustomStringConvertible {
    let make: any ModuleMake.Type
    let speech: any ATSpeech
    var description: String { make.typeName }

    static let all = [
        ATModuleKind(make: LoRaE5.self, speech: LoRaE5Speech()),
        ATModuleKind(make: RAK3172.self, speech: RAK3172Speech()),
    ]
}
