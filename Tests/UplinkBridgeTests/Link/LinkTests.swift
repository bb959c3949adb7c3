import Ciphers
import Foundation
import HardwareInterfaces
import HardwareSimulators
import LoRaWAN
import RadioDrivers
import SmartMeter
import TestSupport
import Testing
import Timekeeping
import UplinkBridge
import UplinkPayload

@testable import BridgeConfiguration
@testable import BridgeStore

/// A bridge's sending half in a simulated world, which can be cut off and started again with what is on its disk.
final class LinkBench {
    let world = SimulatedWorld(startingAt: UTCInstant(secondsSince1970: 1_781_827_200))
    let air: Air
    let server: NetworkServer
    let gateway: SimulatedGateway
    let folder: TemporaryFolder
    let configuration: BridgeConfiguration
    var path: String
    var events: [LinkEvent] = []
    var onEvent: (LinkEvent) -> Void = { _ in }

    init(_ text: String = TestConfiguration.minimal, server settings: NetworkServer.Settings = .init()) throws {
        configuration = try BridgeConfiguration(text: text)
        air = Air(world: world, seed: 1)
        server = NetworkServer(clock: world.clock, settings: settings)
        gateway = SimulatedGateway(air: air, server: server)
        folder = try TemporaryFolder()
        path = folder.path("state.db")
        guard case .overTheAir(let joinEUI, let appKey) = configuration.lorawan.activation else { return }
        try server.register(
            devEUI: configuration.lorawan.devEUI.rawValue, joinEUI: joinEUI.rawValue, appKey: appKey)
    }

    func openStore() throws -> StateStore { try StateStore(path: path, devEUI: configuration.lorawan.devEUI) }

    func makeLink(
        seed: UInt64, chip: (any BoardChip)? = nil, store: StateStore? = nil, clock: NetworkClock? = nil,
        deviceClass: DeviceClass = .a, board: ChipBoard = ChipBoard()
    ) throws -> LoRaWANLink {
        let chip = chip ?? board.makeChip(in: world, air)
        let radio = chip.makeRadio(on: board) { [world] in world.run(until: world.now + $0) }
        let store = try store ?? openStore()
        var device = configuration.lorawan.deviceConfiguration(radio: .simulated, randomSeed: seed)
        device.deviceClass = deviceClass
        return try LoRaWANLink(
            configuration: device, radio: radio, store: store, clock: clock ?? NetworkClock(world.clock)
        ) { [unowned self] in
            events.append($0)
            onEvent($0)
        }
    }

    /// Runs a link until `isOver`, or for as long as `span` at most.
    func run(_ link: LoRaWANLink, for span: TimeSpan, until isOver: () -> Bool = { false }) {
        let end = world.now + span
        while world.now < end && !isOver() {
            link.poll()
            world.wait(for: [], until: min(link.nextDeadline ?? end, end))
        }
    }
}

@Suite struct LinkTests {
    @Test func `a stored session goes on after a power cut, with the next frame counter and no join`() throws {
        let bench = try LinkBench()
        var link: LoRaWANLink? = try bench.makeLink(seed: 1)
        if let link { bench.run(link, for: .minutes(10)) { link.isReady } }
        try link?.send(Uplink(port: 1, payload: [1]))
        if let link { bench.run(link, for: .seconds(30)) }
        link = nil
        let again = try bench.makeLink(seed: 2)
        bench.run(again, for: .seconds(1))
        #expect(again.isReady)
        try again.send(Uplink(port: 1, payload: [2]))
        bench.run(again, for: .seconds(30))
        #expect(bench.server.joins.count == 1)
        #expect(bench.server.uplinks.filter { $0.port == 1 }.map(\.payload) == [[1], [2]])
        #expect(bench.server.rejected.isEmpty)
    }

    @Test func `a class C bridge hears downlinks at any time, also after its radio was started anew`() throws {
        let bench = try LinkBench()
        let chip = SX1276Simulator(world: bench.world, air: bench.air)
        let link = try bench.makeLink(seed: 1, chip: chip, deviceClass: .c)
        bench.run(link, for: .minutes(10)) { link.isReady }
        func send(_ byte: UInt8) throws {
            try link.send(Uplink(port: 1, payload: [byte]))
            bench.run(link, for: .seconds(40))
        }
        func hear(_ byte: UInt8) {
            bench.server.enqueue(.init(port: 9, payload: [byte]), for: bench.configuration.lorawan.devEUI.rawValue)
            #expect(bench.gateway.sendContinuous(to: bench.configuration.lorawan.devEUI.rawValue))
            bench.run(link, for: .seconds(10))
        }
        try send(1)
        hear(1)
        // The wires fall off while it listens, while it sends, and for longer than a few attempts.
        chip.faults.busReads = 0xFF
        bench.run(link, for: .minutes(3))
        chip.faults.busReads = nil
        bench.run(link, for: .minutes(3))
        hear(2)
        chip.faults.busError = HardwareError(.failed(errno: 5), device: "/dev/spidev0.0", message: "gone")
        try send(2)
        chip.faults.busError = nil
        bench.run(link, for: .minutes(3))
        hear(3)
        let heard = bench.events.compactMap { if case .downlink(let downlink) = $0 { downlink.payload } else { nil } }
        #expect(heard == [[1], [2], [3]])
        try send(3)
        #expect(bench.server.uplinks.last?.payload == [3])
    }

    @Test func `whenever the power is cut, no DevNonce and no frame counter is used twice`() throws {
        let bench = try LinkBench()
        var random = SeededRandom(seed: 11)
        for round in 0..<120 {
            let link = try bench.makeLink(seed: UInt64(round))
            // Cut at any instant: in the join, on the air, in a window, or at rest.
            let life = TimeSpan.milliseconds(Int64.random(in: 0...40_000, using: &random))
            let end = bench.world.now + life
            while bench.world.now < end {
                link.poll()
                if link.isReady { try? link.send(Uplink(port: 1, payload: [UInt8(round)])) }
                bench.world.wait(for: [], until: min(link.nextDeadline ?? end, end))
            }
        }
        let nonces = bench.server.joins.map(\.devNonce)
        #expect(Set(nonces).count == nonces.count)
        let frames = bench.air.uplinks.map(\.payload).filter { $0.count != 23 }
        #expect(Set(frames).count == frames.count, "a frame went out twice: a counter was used again")
        #expect(bench.server.uplinks.count > 20)
        #expect(bench.server.rejected.isEmpty, "\(bench.server.rejected)")
    }

    @Test func `nothing is sent while the state can't be stored, and all goes on when it can`() throws {
        let bench = try LinkBench()
        let disk = FaultyDisk()
        let store = try StateStore(
            path: bench.path, devEUI: bench.configuration.lorawan.devEUI, faults: disk.faults)
        let link = try bench.makeLink(seed: 1, store: store)
        bench.run(link, for: .minutes(10)) { link.isReady }
        try link.send(Uplink(port: 1, payload: [0]))
        bench.run(link, for: .seconds(10))
        let sent = bench.air.uplinks.count
        disk.isReadOnly()
        try link.send(Uplink(port: 1, payload: [1]))
        bench.run(link, for: .seconds(100))
        #expect(bench.air.uplinks.count == sent)
        #expect(bench.events.contains { if case .storeFailed = $0 { true } else { false } })
        disk.works()
        bench.run(link, for: .seconds(100))
        #expect(bench.server.uplinks.last?.payload == [1])
        #expect(bench.server.rejected.isEmpty)
    }

    @Test(arguments: [true, false])
    func `a damaged record is refused: the session is that of the safety file, or a new one with a higher DevNonce`(
        hasSafetyFile: Bool
    ) throws {
        let bench = try LinkBench()
        var link: LoRaWANLink? = try bench.makeLink(seed: 1)
        if let link { bench.run(link, for: .minutes(10)) { link.isReady } }
        link = nil
        do {
            let store = try StateStore(path: bench.path, devEUI: bench.configuration.lorawan.devEUI)
            var stored = try store.device()
            stored.state?[10] ^= 0x40
            try store.save(stored)
        }
        if !hasSafetyFile { try FileManager.default.removeItem(atPath: bench.path + "-safety") }
        let again = try bench.makeLink(seed: 2)
        bench.run(again, for: .hours(1)) { again.isReady }
        #expect(again.isReady)
        #expect(bench.events.contains { if case .recordDamaged = $0 { true } else { false } })
        #expect(bench.server.joins.count == (hasSafetyFile ? 1 : 2))
    }

    @Test func `a radio that is not there is reported, and used as soon as it is`() throws {
        let bench = try LinkBench()
        let chip = SX1276Simulator(world: bench.world, air: bench.air)
        chip.faults.busReads = 0xFF
        let link = try bench.makeLink(seed: 1, chip: chip)
        bench.run(link, for: .minutes(3))
        #expect(bench.events.contains { if case .radioFailed = $0 { true } else { false } })
        #expect(bench.air.uplinks.isEmpty)
        chip.faults.busReads = nil
        bench.run(link, for: .minutes(10)) { link.isReady }
        #expect(link.isReady)
    }

    @Test(arguments: [0x00, 0xFF] as [UInt8])
    func `a radio that dies while the device has plans is reported and tried again, and nothing spins`(
        reads: UInt8
    ) throws {
        let bench = try LinkBench()
        let chip = SX1276Simulator(world: bench.world, air: bench.air)
        let link = try bench.makeLink(seed: 1, chip: chip)
        link.poll()
        // A join-request fails, and the next one may be due before the radio is.
        chip.faults.busReads = reads
        let end = bench.world.now + .minutes(30)
        var polls = 0
        while bench.world.now < end && polls < 5_000 {
            link.poll()
            polls += 1
            bench.world.wait(for: [], until: min(link.nextDeadline ?? end, end))
        }
        #expect(polls < 1_000)
        #expect(bench.events.contains { if case .radioFailed = $0 { true } else { false } })
        chip.faults.busReads = nil
        bench.run(link, for: .hours(2)) { link.isReady }
        #expect(link.isReady)
    }

    @Test func `a downlink in either window is delivered`() throws {
        let bench = try LinkBench()
        let link = try bench.makeLink(seed: 1)
        bench.run(link, for: .minutes(10)) { link.isReady }
        let eui = bench.configuration.lorawan.devEUI.rawValue
        for (window, payload) in [(NetworkServer.Window.receive1, [1, 2]), (.receive2, [3])] as [(_, [UInt8])] {
            bench.server.setWindow(window, for: eui)
            bench.server.enqueue(QueuedDownlink(port: 42, payload: payload), for: eui)
            try link.send(Uplink(port: 1, payload: [9]))
            bench.run(link, for: .seconds(30))
        }
        let heard = bench.events.compactMap { event -> [UInt8]? in
            if case .downlink(let downlink) = event { downlink.payload } else { nil }
        }
        #expect(heard == [[1, 2], [3]])
    }
}
