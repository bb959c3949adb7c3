import HardwareSimulators
import LoRaWAN
import MeterValues
import TestSupport
import Testing
import Timekeeping
import UplinkBridge
import UplinkPayload

@testable import BridgeConfiguration

/// The sending half of a bridge with its planner, against the simulated network server.
final class UplinkBench {
    let link: LinkBench
    let commons: BridgeCommons
    let loop: UplinkLoop
    var events: [UplinkEvent] { collect() }
    private let collect: () -> [UplinkEvent]

    /// The radio of the bridge.
    let chip: any BoardChip

    /// - Parameter isClockSet: whether the board knows the date by itself.
    init(
        _ text: String = TestConfiguration.minimal, on bench: LinkBench? = nil, seed: UInt64 = 1,
        isClockSet: Bool = true, board: ChipBoard = ChipBoard(), deviceClass: DeviceClass = .a
    ) throws {
        let bench = try bench ?? LinkBench(text)
        link = bench
        chip = board.makeChip(in: bench.world, bench.air)
        let clock = NetworkClock(isClockSet ? bench.world.clock : UnsetClock(bench.world.clock))
        let store = try bench.openStore()
        commons = try BridgeCommons(bench.configuration, store: store, clock: clock)
        var told: [UplinkEvent] = []
        loop = UplinkLoop(
            commons,
            link: try bench.makeLink(
                seed: seed, chip: chip, store: store, clock: clock, deviceClass: deviceClass,
                board: board),
            clock: clock
        ) { told.append($0) }
        collect = { told }
    }

    var world: SimulatedWorld { link.world }

    /// A reading that stays as good as it is.
    func post(_ watts: Int64 = 842) {
        let quantities = [
            OBISCode(1, 0, 1, 8, 0): Quantity(coefficient: 25_653, decimals: 3, unit: .kilowattHour),
            OBISCode(1, 0, 1, 7, 0): Quantity(coefficient: watts, decimals: 3, unit: .kilowatt),
        ]
        commons.latestReadings.post(
            Reading(time: world.clock.utc, quantities: quantities), meter: 0, receivedAt: world.now)
        commons.latestReadings.close(meter: 0)
    }

    func run(for span: TimeSpan) {
        let end = world.now + span
        while world.now < end {
            loop.poll()
            world.wait(for: [], until: min(loop.nextDeadline ?? end, end))
        }
    }

    /// What the server has of this kind, decoded.
    func received(_ kind: ReportKind) throws -> [String] {
        try link.server.uplinks.filter { $0.port == kind.port }.map {
            try link.configuration.schema.decode(port: Int(kind.port), $0.payload).json
        }
    }

    func downlink(_ commands: [Command], sequence: Int) throws {
        let bytes = CommandFrame(sequence: sequence, commands: commands).encode()
        link.server.enqueue(
            QueuedDownlink(port: ReportKind.commandPort, payload: bytes),
            for: link.configuration.lorawan.devEUI.rawValue)
    }
}

@Suite struct UplinkLoopTests {
    @Test func `reports that are wanted all the time keep the day's air-time and leave no long silence`() throws {
        let bench = try UplinkBench(
            TestConfiguration.minimal.replacing("[[report]]", with: "[[report]]\nevery = \"10s\""))
        bench.post()
        bench.run(for: .hours(48))
        let frames = bench.link.air.uplinks.filter { $0.payload.count != 23 }
        var first = 0
        var sum = TimeSpan.zero
        for frame in frames {
            sum += frame.airTime
            while frame.end - frames[first].start > .hours(24) {
                sum -= frames[first].airTime
                first += 1
            }
            #expect(sum <= .seconds(30))
        }
        #expect(sum > .seconds(20))
        let gaps = zip(frames, frames.dropFirst()).map { $1.start - $0.end }
        #expect(gaps.max().map { $0 < .hours(1) } == true, "\(gaps.max() ?? .zero)")
        #expect(bench.events.contains { if case .paced = $0 { true } else { false } })
    }

    @Test func `downlinks that wait at the server are fetched at once, and confirmed ones acknowledged`() throws {
        let bench = try UplinkBench(
            TestConfiguration.minimal.replacing("[[report]]", with: "[[report]]\nevery = \"1d\""))
        bench.post()
        for _ in 0..<3 {
            bench.link.server.enqueue(
                QueuedDownlink(port: 99, payload: [1], isConfirmed: true),
                for: bench.link.configuration.lorawan.devEUI.rawValue)
        }
        bench.run(for: .minutes(5))
        let taken = bench.link.events.count { if case .downlink = $0 { true } else { false } }
        #expect(taken == 3)
        #expect(bench.link.server.queue(of: bench.link.configuration.lorawan.devEUI.rawValue).isEmpty)
    }
}
