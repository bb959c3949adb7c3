import Collector
import CollectorStore
import Foundation
import MeterValues
import ServerEvents
import Testing
import Timekeeping

@Suite struct MeterPublisherTests {
    private let now = UTCInstant(secondsSince1970: 1_795_437_000)
    private let other = DeviceIdentifier(rawValue: 0x70B3_D57E_D001_9999)

    private struct Told {
        let letters: [Outbox.Letter]

        func object(_ topic: String) throws -> [String: Any] {
            let letter = try #require(letters.first { $0.topic == topic }, "\(letters.map(\.topic))")
            return try #require(try JSONSerialization.jsonObject(with: Data(letter.payload)) as? [String: Any])
        }
    }

    /// Two bridges of one fleet, each with two meters.
    private func publish(_ extra: String = "") throws -> Told {
        let bench = try CollectorBench(CollectorBench.smallest + "\n[broker]\nhost = \"localhost\"\n\(extra)")
        let newest = QuarterHour(atOrBefore: now)
        for (number, device) in [CollectorBench.device, other].enumerated() {
            let electricity = try bench.payload(newest: newest, [[1_000, 1_250], [3, 4]])
            let gas = try bench.payload(layout: 1, meter: 1, newest: newest, [[70, 75]])
            for (index, payload) in [electricity, gas].enumerated() {
                try bench.bring(
                    bench.uplink(payload, device: device, counter: UInt32(number * 2 + index), at: now).json, at: now)
            }
        }
        let outbox = Outbox(to: "the broker", waker: Sleeper())
        let broker = try #require(bench.configuration.broker)
        var publisher = MeterPublisher(
            broker, fleets: bench.configuration.fleets, store: try bench.store(), outbox: outbox)
        try publisher.publishAll()
        return Told(letters: outbox.takeAll())
    }

    @Test func `each meter has a topic with what it showed last`() throws {
        let told = try publish()
        let state = try told.object("p1lora-collector/70b3d57ed0012345/main")
        #expect(state["import_kwh"] as? Double == 1.25 && state["import_kwh_quarter"] as? Double == 0.25)
        #expect(state["import_kwh_time"] as? String == "2026-11-23T12:30:00Z")
        #expect(told.letters.allSatisfy { $0.isRetained })
        let gas = try told.object("p1lora-collector/70b3d57ed0012345/it_s___gas_")
        #expect(gas["gas_m3"] as? Double == 0.075)
    }

    @Test func `Home Assistant can't take one meter for another, and gas for electricity`() throws {
        let told = try publish()
        let discovered = told.letters.map(\.topic).filter { $0.hasPrefix("homeassistant/") }
        #expect(Set(discovered).count == 4)
        var names: Set<String> = []
        for topic in discovered {
            let parts = try #require(try told.object(topic)["cmps"] as? [String: [String: Any]])
            for part in parts.values {
                let unique = try #require(part["unique_id"] as? String)
                #expect(names.insert(unique).inserted)
            }
        }
        #expect(names.count == 6)
        let gas = try told.object("homeassistant/device/p1lora_collector_70b3d57ed0012345_it_s___gas_/config")
        let part = try #require((gas["cmps"] as? [String: [String: Any]])?["gas_m3"])
        #expect(part["device_class"] as? String == "gas" && part["unit_of_measurement"] as? String == "m³")
        #expect(part["state_class"] as? String == "total_increasing")
        #expect(gas["state_topic"] as? String == "p1lora-collector/70b3d57ed0012345/it_s___gas_")
    }

    @Test func `without discovery there are states alone`() throws {
        let topics = try publish("discovery = \"off\"\nprefix = \"home/meters\"\n").letters.map(\.topic)
        #expect(topics.count == 4 && topics.allSatisfy { $0.hasPrefix("home/meters/") })
    }

    @Test func `a newer state takes the place of one that still waits`() {
        let outbox = Outbox(to: "the broker", waker: Sleeper())
        for number in 0..<100 {
            outbox.put(.init(topic: "a", payload: [UInt8(number)], isRetained: true))
            outbox.put(.init(topic: "b", payload: [UInt8(number)]))
        }
        let letters = outbox.takeAll()
        #expect(letters.filter { $0.topic == "a" }.map(\.payload) == [[99]])
        #expect(letters.count == 101)
    }
}
