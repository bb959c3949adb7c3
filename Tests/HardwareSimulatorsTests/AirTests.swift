import HardwareSimulators
import Testing
import Timekeeping

@Suite struct AirTests {
    private final class Ear: AirListener {
        var started: [AirTransmission] = []
        var ended: [(AirTransmission, MonotonicInstant)] = []
        let world: SimulatedWorld
        init(_ world: SimulatedWorld) { self.world = world }
        func airStarted(_ transmission: AirTransmission) { started.append(transmission) }
        func airEnded(_ transmission: AirTransmission) { ended.append((transmission, world.now)) }
    }

    private func frame(_ start: MonotonicInstant, bytes: Int = 23, sf: Int = 7, crc: Bool = true) -> AirTransmission {
        AirTransmission(
            payload: [UInt8](repeating: 1, count: bytes), frequency: 868_100_000, spreadingFactor: sf,
            bandwidth: 125_000, invertedIQ: !crc, hasCRC: crc, start: start)
    }

    @Test(arguments: [(23, 7, 61696), (38, 8, 143872), (40, 10, 534528), (41, 11, 1_150_976), (64, 12, 2_793_472)])
    func `air-time equals the published values`(bytes: Int, factor: Int, microseconds: Int64) {
        #expect(frame(.init(nanoseconds: 0), bytes: bytes, sf: factor).airTime.microseconds == microseconds)
    }

    @Test func `a frame without low-data-rate optimisation is shorter, as in the vectors`() {
        var slow = frame(.init(nanoseconds: 0), bytes: 13, sf: 12)
        slow.lowDataRateOptimize = false
        #expect(slow.airTime.microseconds == 1_155_072)
    }

    @Test func `all listeners hear a frame from its start to its end, and it stays on record`() {
        let world = SimulatedWorld(startingAt: UTCInstant(secondsSince1970: 0))
        let air = Air(world: world)
        let ears = [Ear(world), Ear(world)]
        ears.forEach(air.subscribe)
        let sent = frame(world.now + .seconds(1))
        air.transmit(sent)
        world.run(until: world.now + .milliseconds(1_010))
        #expect(ears.allSatisfy { $0.started == [sent] && $0.ended.isEmpty })
        #expect(air.audible(to: ears[0]) == [sent])
        world.run(until: world.now + .seconds(1))
        #expect(ears.allSatisfy { $0.ended.map(\.1) == [sent.end] })
        #expect(air.audible(to: ears[0]).isEmpty)
        air.transmit(frame(world.now, crc: false))
        world.run(until: world.now + .seconds(1))
        #expect(air.transmissions.count == 2 && air.uplinks == [sent])
    }

    @Test func `loss has the probability asked for and repeats with its seed`() {
        func heard(seed: UInt64, _ probability: Double) -> [MonotonicInstant] {
            let world = SimulatedWorld(startingAt: UTCInstant(secondsSince1970: 0))
            let air = Air(world: world, lossProbability: probability, seed: seed)
            let ear = Ear(world)
            air.subscribe(ear)
            for index in 0..<1000 { air.transmit(frame(world.now + .seconds(Int64(index)))) }
            world.run(until: world.now + .seconds(1001))
            return ear.ended.map(\.1)
        }
        #expect(heard(seed: 3, 0).count == 1000)
        #expect(heard(seed: 3, 1).isEmpty)
        let some = heard(seed: 3, 0.3)
        #expect((650...750).contains(some.count))
        #expect(heard(seed: 3, 0.3) == some)
        #expect(heard(seed: 4, 0.3) != some)
    }
}
