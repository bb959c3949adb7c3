import HardwareInterfaces
import HardwareSimulators
import LoRaWAN
import RadioDrivers
import TestSupport
import Testing
import Timekeeping
import UplinkBridge

@testable import BridgeConfiguration
@testable import BridgeStore

/// TxCwReq of a certification bench, from the air to the air.
@Suite struct CarrierOrderTests {
    /// 5 s, 868.3 MHz, 10 dBm.
    private static let order: [UInt8] = [0x7D, 5, 0, 0xF8, 0x7D, 0x84, 0x0A]

    /// A bridge on a certification bench that has just been ordered a carrier.
    private func ordered(
        _ order: [UInt8] = order, deviceClass: DeviceClass = .a, after: [UInt8] = []
    ) throws -> (bench: LinkBench, link: LoRaWANLink, chip: SX1276Simulator) {
        let bench = try LinkBench(
            TestConfiguration.minimal.replacing("app_key =", with: "certification = true\napp_key ="))
        let chip = SX1276Simulator(world: bench.world, air: bench.air)
        let link = try bench.makeLink(seed: 1, chip: chip, deviceClass: deviceClass)
        bench.run(link, for: .minutes(10)) { link.isReady }
        for bytes in [after, order] where !bytes.isEmpty {
            bench.server.enqueue(
                QueuedDownlink(port: 224, payload: bytes), for: bench.configuration.lorawan.devEUI.rawValue)
            try link.send(Uplink(port: 1, payload: [1]))
            bench.run(link, for: .seconds(20)) { !bench.air.carriers.isEmpty }
        }
        return (bench, link, chip)
    }

    @Test(arguments: [DeviceClass.a, .c])
    func `the carrier lasts as long as ordered, nothing is sent meanwhile, and the session goes on`(
        deviceClass: DeviceClass
    ) throws {
        let (bench, link, chip) = try ordered(deviceClass: deviceClass)
        #expect(!link.isReady && link.isExchanging)
        #expect(throws: UplinkRefusal.self) { try link.send(Uplink(port: 1, payload: [2])) }
        bench.run(link, for: .seconds(30)) { link.isReady }
        let carrier = try #require(bench.air.carriers.first)
        #expect(carrier.power == 10 && abs(carrier.frequency - 868_300_000) < 61)
        let span = carrier.duration(until: bench.world.now)
        #expect(span > .milliseconds(4_990) && span <= .seconds(5))
        try link.send(Uplink(port: 1, payload: [3]))
        bench.run(link, for: .seconds(10))
        #expect(bench.server.uplinks.last?.payload == [3] && bench.server.joins.count == 1)
        #expect(chip.violations == [])
    }

    @Test func `a bridge that is stopped takes its carrier off the air`() throws {
        func stopped() throws -> LinkBench {
            let (bench, link, _) = try ordered()
            bench.run(link, for: .seconds(1))
            #expect(bench.air.carriers.map(\.end) == [nil])
            link.close()
            return bench
        }
        let bench = try stopped()
        #expect(bench.air.carriers.map(\.end) == [bench.world.now])
        // It does not count until the next start.
        bench.world.run(until: bench.world.now + .minutes(30))
        let again = try bench.makeLink(seed: 2)
        bench.run(again, for: .seconds(1))
        try again.send(Uplink(port: 1, payload: [2]))
        bench.run(again, for: .seconds(10))
        #expect(bench.server.uplinks.last?.payload == [2])
        let spent = try SpentAirTime(statePath: bench.path, region: .eu868, clock: bench.world.clock)
        #expect(spent?.lastHour.allSatisfy { $0.spent < .seconds(12) } == true)
    }

    @Test func `a bridge that was killed ends it at its next start, and its account has all of it`() throws {
        let (bench, _, chip) = try ordered()
        bench.world.run(until: bench.world.now + .seconds(30))
        let again = try bench.makeLink(seed: 2, chip: chip)
        bench.run(again, for: .seconds(1))
        let carrier = try #require(bench.air.carriers.first)
        #expect(carrier.end != nil && carrier.duration(until: bench.world.now) > .seconds(30))
        let spent =
            try SpentAirTime(
                statePath: bench.path, region: .eu868, clock: bench.world.clock)?.lastHour.map(\.spent) ?? []
        // The state of that start is stored with the first uplink.
        try again.send(Uplink(port: 1, payload: [2]))
        bench.run(again, for: .seconds(10))
        let later =
            try SpentAirTime(
                statePath: bench.path, region: .eu868, clock: bench.world.clock)?.lastHour.map(\.spent) ?? []
        let (before, after) = (spent.max() ?? .zero, later.max() ?? .zero)
        #expect(before >= .seconds(5) && after >= .seconds(30), "\(before), \(after)")
    }

    @Test func `what law or region forbid is not sent, and told; a bench may switch the duty cycle off`() throws {
        func reasons(_ bench: LinkBench) -> [String] {
            bench.events.compactMap { if case .unsupported(_, let reason) = $0 { reason } else { nil } }
        }
        // TS009's example: 8 s on 863.1 MHz, which has 3.6 s an hour.
        let example: [UInt8] = [0x7D, 8, 0, 0xD8, 0xB2, 0x83, 0x0E]
        let (bench, link, _) = try ordered(example)
        #expect(bench.air.carriers.isEmpty && link.isReady)
        #expect(reasons(bench).first?.contains("more than may ever be sent") == true)
        let (other, _, _) = try ordered([0x7D, 8, 0, 0, 0, 0, 0x0E])
        #expect(other.air.carriers.isEmpty && reasons(other).first?.contains("no transmission on 0 Hz") == true)
        let (off, again, _) = try ordered(example, after: [5, 0])
        #expect(off.air.carriers.count == 1 && reasons(off) == [])
        off.run(again, for: .seconds(10))
        #expect(off.air.carriers.first?.end != nil && again.isReady)
    }

    @Test func `a supply that dips ends it, and reports go on`() throws {
        let (bench, link, chip) = try ordered()
        bench.run(link, for: .seconds(1))
        chip.brownOut()
        bench.run(link, for: .seconds(5)) { link.isReady }
        #expect(bench.air.carriers.first?.duration(until: bench.world.now) ?? .zero < .seconds(2))
        try link.send(Uplink(port: 1, payload: [3]))
        bench.run(link, for: .seconds(10))
        #expect(bench.server.uplinks.last?.payload == [3])
    }
}
