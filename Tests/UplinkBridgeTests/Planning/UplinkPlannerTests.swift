import HardwareSimulators
import LoRaWAN
import MeterValues
import TestSupport
import Testing
import Timekeeping
import UplinkPayload

@testable import BridgeConfiguration
@testable import BridgePlanning
@testable import UplinkBridge

/// What the planner infers and remembers.
@Suite struct UplinkPlannerTests {
    let start = MonotonicInstant(nanoseconds: 0)

    @Test(arguments: [0, 0.1, 0.3, 0.5])
    func `the loss is inferred from the acknowledgements that come, on the careful side`(loss: Double) {
        var random = SeededRandom(seed: 3)
        var estimate = LossEstimate()
        var sum = 0.0
        for count in 0..<600 {
            let comes = (0..<2).allSatisfy { _ in Double.random(in: 0..<1, using: &random) >= loss }
            estimate.note(isAcknowledged: comes)
            if count >= 100 { sum += estimate.loss / 500 }
        }
        #expect(sum > loss && sum < loss + 0.15, "\(sum)")
        #expect(estimate.copies(for: 0.0001) > 2)
    }

    @Test func `no more acknowledgements are asked for in any 24 hours than the network allows`() {
        for limit in [0, 1, 6, 10] {
            var allowance = DownlinkAllowance(limit: limit)
            var asked: [MonotonicInstant] = []
            for minute in 0..<Int64(4 * 1_440) {
                let now = start + .minutes(minute)
                guard allowance.allows(at: now) else { continue }
                allowance.spend(at: now)
                asked.append(now)
            }
            for (index, last) in asked.enumerated() {
                #expect(asked[...index].count { last - $0 < .hours(24) } <= limit)
            }
            #expect(asked.count >= 4 * limit - 4 && asked.count <= 4 * limit + 1, "\(limit): \(asked.count)")
        }
        #expect(DownlinkAllowance(limit: nil).allows(at: start))
    }

    func items(_ numbers: ClosedRange<Int64>, registers: UInt8 = 3) -> [DeliveryChances.Item] {
        numbers.map { DeliveryChances.Item(end: QuarterHour(number: $0), registers: registers) }
    }

    @Test func `what was acknowledged is not lacking, and what was sent twice at once counts little more than once`() {
        var chances = DeliveryChances(newest: QuarterHour(number: 1_000))
        let item = items(1_000...1_000)[0]
        #expect(chances.copies(of: item) == 0)
        chances.note([item], copy: 1, at: start)
        chances.note([item], copy: 1, at: start + .minutes(3))
        #expect(abs(chances.copies(of: item) - 1.1) < 1e-9)
        chances.note([item], copy: 1, at: start + .hours(3))
        #expect(abs(chances.copies(of: item) - 2.1) < 1e-9)
        chances.note([item], copy: .infinity, at: start + .hours(4))
        #expect(chances.copies(of: item) == .infinity)
        // A day before the start: it was sent before the restart.
        #expect(chances.copies(of: items(904...904)[0]) == .infinity && chances.copies(of: items(905...905)[0]) == 0)
    }

    @Test
    func `what the server says it lacks was lost, but for what went out since, and what it never was told of waits`() {
        var chances = DeliveryChances(newest: QuarterHour(number: 1_000))
        let (both, once, known) = (items(990...990)[0], items(991...991)[0], items(992...992)[0])
        chances.note([both, once, known], copy: 1, at: start)
        chances.note([both], copy: 1, at: start + .hours(5))
        chances.note([known], copy: .infinity, at: start + .hours(5))
        chances.note(unknown: [QuarterHour(number: 993)], at: start)
        chances.note(lacking: (989...993).map { QuarterHour(number: $0) }, sentUntil: start + .hours(4))
        #expect(chances.copies(of: both) == 1 && chances.copies(of: once) == 0)
        #expect(chances.copies(of: known) == .infinity && chances.copies(of: items(989...989)[0]) == 0)
        // Nothing is stored of it, and nothing wanted.
        chances.note(items(989...992), copy: .infinity, at: start)
        chances.note(items(905...988), copy: .infinity, at: start)
        #expect(!chances.lacks(upTo: QuarterHour(number: 993), sentLessThan: 3))
    }

    @Test func `a register that is heard late is sent though its quarter-hour was`() {
        var chances = DeliveryChances(newest: QuarterHour(number: 1_000))
        chances.note(items(990...1_000, registers: 1), copy: .infinity, at: start)
        #expect(chances.copies(of: items(995...995, registers: 3)[0]) == 0)
        #expect(chances.copies(of: items(995...995, registers: 1)[0]) == .infinity)
        var silent = DeliveryChances(newest: QuarterHour(number: 1_000))
        silent.note(unknown: (905...1_000).map { QuarterHour(number: $0) }, at: start)
        #expect(!silent.lacks(upTo: QuarterHour(number: 1_000), sentLessThan: 8))
        #expect(silent.lacks(upTo: QuarterHour(number: 1_001), sentLessThan: 8))
        #expect(silent.copies(of: items(995...995)[0]) == 0)
    }

    @Test func `the oldest that is lacking is found, however old it is`() {
        var chances = DeliveryChances(newest: QuarterHour(number: 1_000))
        #expect(chances.oldest(upTo: QuarterHour(number: 1_000), sentLessThan: 2) == 95)
        chances.note(items(905...990), copy: 3, at: start)
        #expect(chances.oldest(upTo: QuarterHour(number: 1_000), sentLessThan: 2) == 9)
        #expect(chances.oldest(upTo: QuarterHour(number: 1_000), sentLessThan: 4) == 95)
        // A date from before, and one from far ahead.
        #expect(chances.oldest(upTo: QuarterHour(number: 3), sentLessThan: 2) == 0)
        #expect(chances.oldest(upTo: QuarterHour(number: 90_000), sentLessThan: 2) < 1_024)
    }

    @Test func `network and planner have profiles, and options of their own go before them`() throws {
        func configuration(_ lorawan: String, _ more: String = "") throws -> BridgeConfiguration {
            try BridgeConfiguration(
                text: TestConfiguration.minimal.replacing("[lorawan]", with: more + "[lorawan]\n" + lorawan))
        }
        let ttn = try configuration("")
        #expect(ttn.lorawan.dailyAirTime == .seconds(30) && ttn.lorawan.dailyDownlinks == 10)
        let own = try configuration("network = \"chirpstack\"")
        #expect(own.lorawan.dailyAirTime == nil && own.lorawan.dailyDownlinks == 96)
        let custom = try configuration("network = \"custom\"\ndaily_airtime = \"60s\"\ndaily_downlinks = 3")
        #expect(custom.lorawan.dailyAirTime == .seconds(60) && custom.lorawan.dailyDownlinks == 3)
        #expect(try configuration("network = \"ttn\"\ndaily_airtime = \"off\"").lorawan.dailyAirTime == nil)
        #expect(ttn.planner == .quarterHours && ttn.reports[0].every == .minutes(15) && !ttn.reports[0].isPeriodAsked)
        let live = try configuration("", "[planner]\nprofile = \"live\"\n")
        #expect(live.reports[0].every == .minutes(1))
        let asked = try BridgeConfiguration(
            text: TestConfiguration.minimal.replacing(
                "[[report]]", with: "[planner]\nprofile = \"live\"\n[[report]]\nevery = \"3h\""))
        #expect(asked.reports[0].every == .hours(3) && asked.reports[0].isPeriodAsked)
        for (text, word) in [
            ("network = \"things\"", "chirpstack"), ("daily_downlinks = -1", "from 0"), ("network = 5", "a text"),
        ] {
            let error = #expect(throws: ConfigurationError.self) { try configuration(text) }
            #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
        }
        let error = #expect(throws: ConfigurationError.self) {
            try configuration("", "[planner]\nprofile = \"fast\"\n")
        }
        #expect(error?.message.contains("frugal") == true)
        #expect(try configuration("", "[planner]\ncollector = true\nparity = true\n").sendsParity)
        let alone = #expect(throws: ConfigurationError.self) { try configuration("", "[planner]\nparity = true\n") }
        #expect(alone?.message.contains("collector = true") == true)
    }

    @Test func `an alarm goes out within seconds while reports spend all they may at SF12`() throws {
        let text =
            IntervalUplinkTests.text.replacing("every = \"1h\"\n", with: "")
            .replacing("[lorawan]", with: "[lorawan]\nadr = false\ndata_rate = 0")
            + "\n[[report]]\nevery = \"10s\"\nfields = [\"1-0:1.8.0\"]"
        let bench = try UplinkBench(text)
        let test = IntervalUplinkTests()
        for quarter in 0..<Int64(5 * 96) {
            try test.store(test.first(bench), in: bench)
            bench.post()
            bench.run(for: .minutes(15))
            guard quarter > 192, quarter % 61 == 0 else { continue }
            let told = bench.world.now
            let before = try bench.received(.alarm).count
            bench.commons.alarms.put(Alarm(.breaker, meter: 0, isActive: quarter % 2 == 0, time: nil, value: 1))
            bench.run(for: .seconds(12))
            #expect(try bench.received(.alarm).count == before + 1, "\(bench.world.now - told)")
        }
    }
}
