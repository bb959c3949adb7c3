import Foundation
import HardwareInterfaces
import HardwareSimulators
import LoRaWAN
import MeterValues
import SmartMeter
import TestSupport
import Testing
import Timekeeping
import UplinkPayload

@testable import BridgeConfiguration
@testable import UplinkBridge

/// The loop of a bridge that says what it is told to say, in virtual time.
private final class BrokerBench {
    let world = SimulatedWorld(startingAt: UTCInstant(secondsSince1970: 1_781_827_200))
    let broker = SimulatedBroker()
    let state = BrokerState(host: "test")
    let pages: BrokerPages
    let loop: BrokerLoop
    private let told: Told

    private final class Told {
        var status: BridgeStatus
        var prepared = 0

        init(_ status: BridgeStatus) { self.status = status }
    }

    var prepared: Int { told.prepared }

    init(_ extra: String = "") throws {
        let text = TestConfiguration.minimal + "\n[mqtt]\nhost = \"test\"\n" + extra
        let configuration = try #require(try BridgeConfiguration(text: text).broker)
        let bench = try UplinkBench.noting(text)
        bench.post()
        bench.run(for: .minutes(1))
        let told = Told(bench.status())
        self.told = told
        pages = BrokerPages(configuration, devEui: "70B3D57ED0000001", version: "1.2.3")
        loop = BrokerLoop(
            broker: broker, pages: pages, every: configuration.every, state: state, clock: world.clock,
            prepare: { told.prepared += 1 },
            status: { told.status }, report: { _ in })
    }

    func change(_ body: (inout BridgeStatus) -> Void) {
        body(&told.status)
    }

    func run(for span: TimeSpan) {
        let end = world.now + span
        while world.now < end {
            loop.poll()
            world.wait(for: [], until: min(loop.nextDeadline(at: world.now), end))
        }
    }
}

@Suite struct BrokerLoopTests {
    static let base = "p1lora/70b3d57ed0000001"

    @Test func `values, health and presence stand at their topics`() throws {
        let bench = try BrokerBench()
        bench.run(for: .seconds(30))
        let retained = bench.broker.retained
        #expect(retained["\(Self.base)/availability"] == "online")
        #expect(retained["\(Self.base)/meter/main"] == "{\"import_kw\":0.842,\"import_kwh\":25.653}")
        #expect(retained["\(Self.base)/meter/main/availability"] == "online")
        #expect(retained["\(Self.base)/bridge"]?.contains("\"healthy\":true,\"trouble\":\"none\"") == true)
        #expect(bench.prepared > 0, "the radio's thread was not asked")
    }

    @Test func `what says nothing new is published again only to show that it is still true`() throws {
        let bench = try BrokerBench()
        bench.run(for: BrokerLoop.renewal - .seconds(10))
        let first = bench.broker.publications.count
        #expect(first == Set(bench.broker.publications.map(\.topic)).count)
        bench.run(for: .seconds(20))
        #expect(bench.broker.publications.count == 2 * first)
    }

    @Test func `a new value is published at the next look, and nothing else`() throws {
        let bench = try BrokerBench("every = \"30s\"")
        bench.run(for: .seconds(31))
        let before = bench.broker.publications.count
        bench.change { $0.meters[0].registers[0].value = "0.900" }
        bench.run(for: .seconds(31))
        #expect(
            bench.broker.publications.dropFirst(before).map(\.payload)
                == ["{\"import_kw\":0.9,\"import_kwh\":25.653}"])
    }

    @Test func `a meter that is silent is not there, and its values stay`() throws {
        let bench = try BrokerBench()
        bench.run(for: .seconds(20))
        bench.change { $0.meters[0].state = .silent }
        bench.run(for: .seconds(20))
        #expect(bench.broker.retained["\(Self.base)/meter/main/availability"] == "offline")
        #expect(bench.broker.retained["\(Self.base)/availability"] == "online")
    }

    @Test func `a broker that is away for days costs one attempt in two minutes and no memory`() throws {
        let bench = try BrokerBench()
        bench.broker.isThere = false
        bench.run(for: .hours(72))
        #expect((72 * 30...72 * 30 + 8).contains(bench.broker.attempts))
        #expect(bench.prepared == 0 && bench.broker.publications.isEmpty)
        #expect(bench.state.status(at: bench.world.now).isConnected == false)
        #expect(bench.state.status(at: bench.world.now).lastTrouble?.text.contains("nobody is there") == true)
        bench.broker.isThere = true
        bench.run(for: .minutes(3))
        #expect(bench.broker.retained["\(Self.base)/availability"] == "online")
    }

    @Test func `after a broker has come back all is said anew`() throws {
        let bench = try BrokerBench()
        bench.run(for: .seconds(20))
        let before = bench.broker.publications.count
        bench.broker.isThere = false
        bench.run(for: .seconds(20))
        bench.broker.isThere = true
        bench.run(for: .seconds(40))
        #expect(bench.broker.publications.count == 2 * before)
    }

    @Test func `a broker that takes the connection and says nothing is left`() throws {
        let bench = try BrokerBench()
        bench.broker.isMute = true
        bench.run(for: .hours(1))
        // Ten seconds of patience, and two minutes at most between.
        #expect((25...40).contains(bench.broker.attempts))
        #expect(bench.broker.publications.isEmpty)
    }

    @Test func `a line that takes no more is given no more, and the newest when it does`() throws {
        let bench = try BrokerBench()
        bench.run(for: .seconds(20))
        let before = bench.broker.publications.count
        bench.broker.isCongested = true
        for value in 1...500 {
            bench.change { $0.meters[0].registers[0].value = "0.\(100 + value)" }
            bench.run(for: .seconds(10))
        }
        #expect(bench.broker.publications.count == before)
        #expect(bench.state.status(at: bench.world.now).skipped > 100)
        bench.broker.isCongested = false
        bench.run(for: .seconds(20))
        #expect(bench.broker.retained["\(Self.base)/meter/main"]?.hasPrefix("{\"import_kw\":0.6,") == true)
    }

    @Test func `who leaves says so`() throws {
        let bench = try BrokerBench()
        bench.run(for: .seconds(20))
        bench.loop.end()
        #expect(bench.broker.hasLeft)
        #expect(bench.broker.retained["\(Self.base)/availability"] == "offline")
    }

    @Test func `each value has a topic of its own where that is asked for`() throws {
        let bench = try BrokerBench("topic_per_value = true")
        bench.run(for: .seconds(30))
        #expect(bench.broker.retained["\(Self.base)/meter/main/import_kwh"] == "25.653")
        #expect(bench.broker.retained["\(Self.base)/meter/main/import_kw"] == "0.842")
        bench.change { $0.meters[0].texts = [.init(obis: "0-0:96.13.0", name: "message", text: "Hello \"you\"")] }
        bench.run(for: .seconds(30))
        #expect(bench.broker.retained["\(Self.base)/meter/main/message"] == "Hello \"you\"")
        let plain = try BrokerBench()
        plain.run(for: .seconds(30))
        #expect(plain.broker.retained["\(Self.base)/meter/main/import_kwh"] == nil)
    }

    @Test(arguments: ["import_kwh", "1-0:1.8.0"])
    func `only chosen values are published, by name or code`(choice: String) throws {
        let bench = try BrokerBench("values = [\"\(choice)\", \"voltage_l1_v\"]")
        bench.run(for: .seconds(30))
        #expect(bench.broker.retained["\(Self.base)/meter/main"] == "{\"import_kwh\":25.653}")
        for wrong in ["[]", "[\"Import\"]", "[\"\"]"] {
            #expect(throws: ConfigurationError.self) { _ = try BrokerBench("values = \(wrong)") }
        }
    }

    @Test func `names of meters become topics, each once`() {
        #expect(
            BrokerTopics.names(of: ["Main", "Küche +#/", "main", "MAIN"]) == ["main", "k_che____", "main-2", "main-3"])
        #expect(Set(BrokerTopics.names(of: ["a-2", "a", "A", "a-2", "A-2"])).count == 5)
    }
}

@Suite struct HomeAssistantTests {
    private func discovery(
        _ registers: [(String, String, String)], texts: [(String, String)] = []
    ) throws -> [String: Any] {
        var reading = Reading(time: UTCInstant(secondsSince1970: 1_781_827_200), quantities: [:])
        for (obis, value, unit) in registers {
            let code = try #require(OBISCode(obis))
            let number = try #require(FixedPoint(value))
            let unit = unit.isEmpty ? MeterUnit.none : try #require(MeterUnit(symbol: unit))
            reading.quantities[code] = Quantity(
                coefficient: number.coefficient, decimals: UInt8(number.decimals), unit: unit)
            if code.c == 24 && code.d == 2 { reading.ownTimes[code] = reading.time }
        }
        for (obis, text) in texts { reading.texts[try #require(OBISCode(obis))] = text }
        let values = PublishedValues(reading.registerStatus, texts: reading.textStatus)
        let discovery = HomeAssistantDiscovery(
            prefix: "homeassistant", topics: BrokerTopics(prefix: "p1lora", devEui: "70B3D57ED0000001"),
            version: "1.2.3", expiry: 600)
        let message = discovery.meter("main", title: "Ma\"in", identifier: "SAG123", values: values)
        #expect(message.topic == "homeassistant/device/p1lora_70b3d57ed0000001_main/config")
        return try #require(
            try JSONSerialization.jsonObject(with: Data(message.payload.utf8)) as? [String: Any])
    }

    @Test func `a meter is a device with an entity for each register`() throws {
        let message = try discovery([
            ("1-0:1.8.0", "25.653", "kWh"), ("1-0:21.7.0", "0.842", "kW"), ("1-0:32.7.0", "231.4", "V"),
            ("0-1:24.2.1", "1.5", "m3"), ("1-0:3.8.0", "1.5", "kvarh"), ("1-0:99.99.9", "1", "A"),
        ])
        #expect((message["dev"] as? [String: Any])?["name"] as? String == "Meter Ma\"in")
        let entities = try #require(message["cmps"] as? [String: [String: Any]])
        #expect(
            entities.keys.sorted() == [
                "import_kwh", "import_l1_kw", "mbus1_m3", "reactive_import_kvarh", "voltage_l1_v",
            ])
        let energy = try #require(entities["import_kwh"])
        #expect(energy["device_class"] as? String == "energy" && energy["state_class"] as? String == "total_increasing")
        #expect(energy["unit_of_measurement"] as? String == "kWh" && energy["p"] as? String == "sensor")
        #expect(energy["value_template"] as? String == "{{ value_json.import_kwh }}")
        #expect(energy["unique_id"] as? String == "p1lora_70b3d57ed0000001_main_import_kwh")
        #expect(entities["import_l1_kw"]?["name"] as? String == "Import power L1")
        #expect(entities["mbus1_m3"]?["unit_of_measurement"] as? String == "m³")
        #expect(entities["reactive_import_kvarh"]?["device_class"] as? String == "reactive_energy")
        #expect((message["availability"] as? [[String: String]])?.count == 2)
    }

    @Test(arguments: [
        ("003", "m3", "gas", "Gas"), ("007", "m3", "water", "Water"), ("6", "m3", "hot_water", "Hot water"),
        ("4", "GJ", "heat", "Heat"), ("12", "MWh", "heat", "Heat"), ("10", "GJ", "cold", "Cold"),
        ("99", "m3", "mbus", ""),
    ])
    func `an M-Bus meter has the name and the class of its medium on every channel`(
        type: String, unit: String, name: String, title: String
    ) throws {
        for channel in 1...8 {
            let message = try discovery([
                ("0-\(channel):24.1.0", type, ""), ("0-\(channel):24.2.1", "123.456", unit),
            ])
            let entities = try #require(message["cmps"] as? [String: [String: Any]])
            let former = "mbus\(channel)_m3"
            // An earlier version's entity is taken back: nothing but its platform is said.
            if name != "mbus" { #expect(entities[former]?.keys.sorted() == ["p"]) }
            let named = entities.filter { name == "mbus" || $0.key != former }
            #expect(named.count == 1)
            let (key, entity) = try #require(named.first)
            #expect(key.hasPrefix(name) && key.hasSuffix("_\(unit.lowercased())"), "\(key)")
            let wanted = ["gas": "gas", "water": "water", "hot_water": "water", "mbus": "volume"][name] ?? "energy"
            #expect(entity["device_class"] as? String == wanted)
            #expect(entity["state_class"] as? String == "total_increasing")
            if !title.isEmpty { #expect(entity["name"] as? String == title) }
        }
    }

    @Test func `no two entities of a meter have one name, whatever it measures`() throws {
        var registers: [(String, String, String)] = []
        for c in 1...99 {
            for (d, unit) in [(7, "kW"), (8, "kWh"), (4, "kW"), (6, "kW"), (7, "V"), (7, "A")] {
                registers.append(("1-0:\(c).\(d).0", "1", unit))
                registers.append(("1-1:\(c).\(d).0", "2", unit))
            }
            for d in 1...16 { registers.append(("1-128:\(c).\(d).\(d == 9 ? 1 : 0)", "1", "kW")) }
        }
        for channel in 1...8 {
            registers.append(("0-\(channel):24.1.0", channel > 4 ? "3" : "7", ""))
            registers.append(("0-\(channel):24.2.1", "1", "m3"))
            registers.append(("0-\(channel):24.2.3", "1", "m3"))
        }
        let components = try #require(try discovery(registers)["cmps"] as? [String: [String: Any]])
        // Of those that are taken back nothing but the platform is said.
        let entities = components.filter { $0.value.count > 1 }
        let names = entities.values.compactMap { $0["name"] as? String }
        #expect(names.count == entities.count && names.count > 100)
        #expect(Set(names).count == names.count)
        #expect(entities["import_kw"]?["name"] as? String == "Import power")
        #expect(entities["import_kwh"]?["name"] as? String == "Import energy")
    }

    @Test func `breaker and relays are on or off, and texts are shown as far as a state may be long`() throws {
        let message = try discovery(
            [("0-0:96.3.10", "1", ""), ("0-1:96.3.10", "0", ""), ("0-2:96.3.10", "2", "")],
            texts: [("0-0:96.13.0", "Hello \"you\""), ("0-0:96.1.1", "4711"), ("0-0:96.13.4", "Later")])
        let entities = try #require(message["cmps"] as? [String: [String: Any]])
        let switches = ["breaker", "relay1", "relay2"]
        let texts = ["equipment_id", "message", "message4"]
        #expect(Set(entities.keys) == Set(switches + switches.map { "\($0)_binary_sensor" } + texts))
        for name in switches {
            let entity = try #require(entities["\(name)_binary_sensor"])
            #expect(entity["p"] as? String == "binary_sensor")
            #expect(entity["unique_id"] as? String == "p1lora_70b3d57ed0000001_main_\(name)")
            #expect(entity["value_template"] as? String == "{{ 'ON' if value_json.\(name) == 1 else 'OFF' }}")
            #expect(entity["state_class"] == nil)
            // The sensor of an earlier version is taken back: nothing but its platform is said.
            #expect(entities[name] as? [String: String] == ["p": "sensor"])
        }
        #expect(entities["message"]?["value_template"] as? String == "{{ value_json.message[:255] }}")
        #expect(entities["equipment_id"]?["name"] as? String == "Equipment ID")
        #expect(entities["message"]?["state_class"] == nil && entities["message"]?["unit_of_measurement"] == nil)
    }

    @Test func `a limit is named by the unit that the meter says`() throws {
        for (unit, name) in [("kVA", "limit_kva"), ("kW", "limit_kw"), ("A", "limit_a"), ("W", "limit_kw")] {
            let entities = try #require(try discovery([("0-0:17.0.0", "16", unit)])["cmps"] as? [String: [String: Any]])
            #expect(Array(entities.keys) == [unit == "W" ? "limit_w" : name])
        }
    }

    /// Which classes go together with which units and states, as Home Assistant checks it (sensor/const.py).
    private static let allowed: [String: (units: Set<String>, states: Set<String>)] = [
        "energy": (["Wh", "kWh", "MWh", "MJ", "GJ"], ["total", "total_increasing"]),
        "power": (["W", "kW"], ["measurement"]), "voltage": (["V"], ["measurement"]),
        "current": (["A"], ["measurement"]), "frequency": (["Hz"], ["measurement"]),
        "volume": (["m³", "L"], ["total", "total_increasing"]),
        "reactive_energy": (["varh", "kvarh"], ["total", "total_increasing"]),
        "reactive_power": (["var", "kvar"], ["measurement"]), "apparent_power": (["VA", "kVA"], ["measurement"]),
    ]

    @Test(arguments: [
        ("1-0:1.8.0", "Wh"), ("1-0:1.8.0", "kWh"), ("1-0:2.8.1", "MWh"), ("1-0:1.7.0", "W"), ("1-0:1.7.0", "kW"),
        ("1-0:31.7.0", "A"), ("1-0:72.7.0", "V"), ("1-0:14.7.0", "Hz"), ("0-1:24.2.1", "m3"), ("0-1:24.2.1", "GJ"),
        ("0-1:24.2.1", "dm3"), ("1-0:9.7.0", "kVA"), ("1-0:3.7.0", "kvar"), ("1-0:13.7.0", ""), ("0-0:96.14.0", ""),
    ])
    func `classes, states and units go together`(obis: String, unit: String) throws {
        let message = try discovery([(obis, "1.0", unit)])
        let components = try #require(message["cmps"] as? [String: [String: Any]])
        let entities = components.filter { $0.value.count > 1 }
        #expect(entities.count == 1)
        for entity in entities.values {
            guard let name = entity["device_class"] as? String, name != "power_factor" else { continue }
            let rule = try #require(Self.allowed[name])
            #expect(rule.units.contains(entity["unit_of_measurement"] as? String ?? ""))
            #expect(rule.states.contains(entity["state_class"] as? String ?? ""))
        }
    }

    @Test func `the bridge is a device of its own`() throws {
        let bench = try BrokerBench()
        bench.run(for: .seconds(20))
        let text = try #require(bench.broker.retained["homeassistant/device/p1lora_70b3d57ed0000001/config"])
        let message = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let state = try #require(bench.broker.retained["\(BrokerLoopTests.base)/bridge"])
        let values = try #require(try JSONSerialization.jsonObject(with: Data(state.utf8)) as? [String: Any])
        for key in try #require(message["cmps"] as? [String: Any]).keys {
            #expect(values[key] != nil, "\(key) is announced and not told")
        }
    }

    @Test func `discovery can be off`() throws {
        let bench = try BrokerBench("discovery = \"off\"")
        bench.run(for: .seconds(20))
        #expect(bench.broker.publications.allSatisfy { $0.topic.hasPrefix("p1lora/") })
    }
}
