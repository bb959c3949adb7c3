import BridgeSimulation
import Foundation
import HardwareSimulators
import MeterValues
import TestTags
import Testing
import Timekeeping
import UplinkPayload

@testable import BridgeConfiguration
@testable import BridgePlanning
@testable import p1lora

/// The bridge through days of loss.
@Suite(.tags(.process, .campaign), .waits, .slow) struct SimulateTests {
    static let text = """
        [[meter]]
        name = "main"
        input = "simulated"
        key = "00112233445566778899AABBCCDDEEFF"
        silent_after = "15m"
        [lorawan]
        join_eui = "0000000000000001"
        dev_eui = "70B3D57ED0000001"
        app_key = "2B7E151628AED2A6ABF7158809CF4F3C"
        [radio]
        type = "simulated"
        [[report]]
        kind = "intervals"
        every = "1h"
        fields = ["1-0:1.8.0", "1-0:2.8.0"]
        """

    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Rows as a grid operator's portal gives them, of a day like no other.
    func rows(days: Int, seed: UInt64) -> String {
        var random = SeededRandom(seed: seed)
        let start = UTCInstant(secondsSince1970: 1_781_827_200)
        let rows = (0..<days * 96).map { index in
            let uses = (0..<2).map { _ in Int.random(in: 0...900, using: &random) }
            let time = start + .minutes(15) * Int64(index)
            return "\(time)," + uses.map { "0." + String("00\($0)".suffix(3)) }.joined(separator: ",")
        }
        return (["time,import_kwh,export_kwh"] + rows).joined(separator: "\n")
    }

    func trial(_ change: (inout TrialPlan) -> Void, prepare: (Trial) -> Void = { _ in }) throws -> Trial {
        var plan = TrialPlan(days: 3)
        // As few as give every boundary its value, for the sake of speed.
        plan.telegramEvery = .minutes(5)
        change(&plan)
        plan.houses = [try HouseFile(text: rows(days: 3, seed: plan.seed))]
        let trial = try Trial(try BridgeConfiguration(text: Self.text), plan: plan)
        prepare(trial)
        try trial.run()
        return trial
    }

    @Test(arguments: 1...20)
    func `through loss no limit is broken, no counter used twice, and no value differs`(seed: UInt64) throws {
        let losses = [LossPattern.independent(0.1), .independent(0.3), .independent(0.5), .bursts]
        let rates: [UInt8?] = [nil, 5, 3, 2, 0]
        let trial = try trial { plan in
            plan.seed = seed
            plan.loss = losses[Int(seed) % losses.count]
            plan.dataRate = rates[Int(seed) % rates.count]
        }
        #expect(trial.violations.isEmpty, "seed \(seed): \(trial.violations)")
        let figures = TrialFigures(trial)
        #expect(figures.measured == 288)
        #expect(figures.delivered > 60 && figures.missing >= 0, "seed \(seed): \(figures.json)")
    }

    @Test func `with sums for repetitions nothing is missing after a day, at the slowest rate and a third of loss`()
        throws
    {
        let text = Self.text.replacing(
            "[lorawan]", with: "[planner]\ncollector = true\nparity = true\n[lorawan]\nnetwork = \"ttn\""
        )
        .replacing("every = \"1h\"\n", with: "")
        var plan = TrialPlan(days: 8, loss: .independent(0.3), dataRate: 0)
        plan.telegramEvery = .minutes(5)
        let trial = try Trial(try BridgeConfiguration(text: text), plan: plan)
        try trial.run()
        #expect(trial.violations.isEmpty, "\(trial.violations)")
        let figures = TrialFigures(trial)
        #expect(figures.missing == figures.missingOfLastDay, "\(figures.json)")
        let sums = trial.network.server.uplinks.count { $0.port == ReportKind.parity.port }
        #expect(sums > 20)
    }

    @Test func `the regions that a configuration may simulate are those that have a network`() {
        #expect(Set(SimulatedRadioKind.regions) == Set(SimulatedNetwork.regions.keys))
    }

    @Test(arguments: SimulatedRadioKind.regions)
    func `in every simulated region no promise is broken, at the slowest data rate too`(region: String) throws {
        // Two registers are more than DR0 carries in US915.
        let text = Self.text.replacing("[lorawan]", with: "[lorawan]\nregion = \"\(region)\"")
            .replacing(", \"1-0:2.8.0\"", with: "")
        let configuration = try BridgeConfiguration(text: text)
        let usable = DataRateChoice.indices(in: configuration.lorawan.region)
        for rate in [nil, usable.first, usable.last] {
            var plan = TrialPlan(days: 2)
            plan.telegramEvery = .minutes(5)
            (plan.loss, plan.dataRate) = (.independent(0.1), rate)
            let trial = try Trial(configuration, plan: plan)
            try trial.run()
            #expect(trial.violations.isEmpty, "\(region) at \(rate.map { "DR\($0)" } ?? "auto"): \(trial.violations)")
            let figures = TrialFigures(trial)
            #expect(figures.delivered > 20 && figures.text.contains("the law"), "\(region): \(figures.text)")
        }
    }

    @Test func `where the law knows no duty cycle, any is kept`() throws {
        let text =
            Self.text.replacing("[lorawan]", with: "[lorawan]\nregion = \"IN865\"\ndaily_airtime = \"off\"")
            + "\n[[report]]\nevery = \"10s\"\nfields = [\"1-0:1.8.0\"]"
        var plan = TrialPlan(days: 1)
        plan.dataRate = 0
        let trial = try Trial(try BridgeConfiguration(text: text), plan: plan)
        try trial.run()
        #expect(trial.violations.isEmpty, "\(trial.violations)")
        let audit = AirTimeAudit(trial.network.air.uplinks, region: "EU868")
        #expect(!audit.violations.isEmpty, "in Europe that would be too much")
    }

    @Test func `a frame out of band, too long, or too much for an hour is found in each region`() {
        func violations(_ region: String, _ hertz: Int, factor: Int = 7, count: Int = 1) -> Int {
            let frames = (0..<count).map { index in
                AirTransmission(
                    payload: [UInt8](repeating: 0x40, count: 40), frequency: hertz, spreadingFactor: factor,
                    bandwidth: 125_000, invertedIQ: false, hasCRC: true,
                    start: MonotonicInstant(nanoseconds: 0) + .seconds(5 * Int64(index)))
            }
            return AirTimeAudit(frames, region: region).violations.count
        }
        for (region, hertz) in [
            ("EU868", 868_100_000), ("IN865", 865_062_500), ("KR920", 922_100_000), ("AS923", 923_200_000),
            ("US915", 902_300_000), ("AU915", 915_200_000),
        ] {
            #expect(violations(region, hertz) == 0, "\(region)")
            #expect(violations(region, 868_650_000) == 1, "\(region)")
            #expect(violations(region, hertz, factor: 12) == (["AS923", "US915", "AU915"].contains(region) ? 1 : 0))
            #expect(violations(region, hertz, count: 700) == (["AS923", "EU868"].contains(region) ? 1 : 0))
        }
        #expect(violations("RU864", 868_900_000) == 1, "a region that the audit does not know is no free one")
    }

    @Test func `a simulated meter that speaks seldom is not taken for a silent one`() throws {
        var plan = TrialPlan(days: 1)
        plan.telegramEvery = .minutes(5)
        plan.dataRate = 0
        let text = Self.text.replacing("silent_after = \"15m\"", with: "silent_after = \"5m\"")
        let trial = try Trial(try BridgeConfiguration(text: text), plan: plan)
        try trial.run()
        #expect(!trial.network.server.uplinks.contains { $0.port == ReportKind.alarm.port })
        #expect(TrialFigures(trial).delivered > 60)
    }

    @Test func `alarms that never end leave the quarter-hours their air-time, also at the slowest data rate`() throws {
        let text = Self.text.replacing("silent_after = \"15m\"", with: "alarms = { import_kw = 0.4 }")
        let configuration = try BridgeConfiguration(text: text)
        var waiting: [Int] = []
        for seed in UInt64(1)...3 {
            var plan = TrialPlan(days: 6)
            (plan.dataRate, plan.seed) = (0, seed)
            let trial = try Trial(configuration, plan: plan)
            try trial.run()
            #expect(trial.violations.isEmpty, "\(trial.violations)")
            #expect(trial.network.server.uplinks.count { $0.port == ReportKind.alarm.port } > 30)
            let figures = TrialFigures(trial)
            #expect(figures.missing - figures.missingOfLastDay < 10, "\(figures.json)")
            waiting.append(figures.missingOfLastDay)
        }
        // Of one seed it says most of all when the last frame went out.
        #expect(waiting.reduce(0, +) < 30 * waiting.count, "\(waiting)")
    }

    @Test func `what one report loses the next ones bring`() throws {
        let figures = TrialFigures(try trial { ($0.dataRate, $0.loss) = (5, .independent(0.3)) })
        #expect(figures.recoveredByOverlap > 40 && figures.missing == figures.missingOfLastDay, "\(figures.json)")
    }

    @Test func `without loss each quarter-hour arrives with the first report after its end`() throws {
        let figures = TrialFigures(try trial { $0.dataRate = 5 })
        #expect(figures.recoveredByOverlap == 0 && figures.recoveredByBackfill == 0)
        #expect(figures.missing <= 5 && figures.missing == figures.missingOfLastDay)
    }

    @Test func `an outage that is longer than the overlap is asked for, and comes`() throws {
        func figures(asking: Bool) throws -> TrialFigures {
            let trial = try trial {
                ($0.dataRate, $0.asksForGaps) = (5, asking)
            } prepare: { trial in
                let (world, air) = (trial.network.world, trial.network.air)
                world.schedule(after: .hours(3)) { air.lossProbability = 1 }
                world.schedule(after: .hours(57)) { air.lossProbability = 0 }
            }
            #expect(trial.violations.isEmpty, "\(trial.violations)")
            return TrialFigures(trial)
        }
        let (without, with) = (try figures(asking: false), try figures(asking: true))
        // A gap behind a lost session comes by itself too, later.
        #expect(without.recoveredByBackfill == 0, "\(without.json)")
        #expect(with.recoveredByBackfill > 40 && with.missing <= 5, "\(with.json)")
    }

    @Test func `pulses are simulated too, each of them counted`() throws {
        let pulse = "[[pulse]]\nname = \"garage\"\nline = 24\nper_unit = 800\nstart = 12.5\n[lorawan]"
        var plan = TrialPlan(days: 1)
        plan.dataRate = 5
        let trial = try Trial(
            try BridgeConfiguration(text: Self.text.replacing("[lorawan]", with: pulse)), plan: plan)
        try trial.run()
        #expect(trial.violations.isEmpty, "\(trial.violations)")
        let counted = try #require(trial.ledger.books[1][.imported]).boundaries
        #expect(trial.ledger.books[1].count == 1 && counted.count == 97)
        #expect(counted.first == 12_500 && (counted.last ?? 0) > 13_500)
        #expect((0..<90).allSatisfy { trial.ledger.arrival(meter: 1, quarter: $0) != nil })
    }

    @Test func `a value that is not the measured one is found`() throws {
        var ledger = try ledger()
        let time = UTCInstant(secondsSince1970: 1_781_827_200)
        var registers = MeterRegisters()
        ledger.measure(registers, meter: 0, at: time)
        registers.energyImport = 7
        ledger.measure(registers, meter: 0, at: time + .minutes(15))
        #expect(ledger.count(meter: 0) == 1 && ledger.violations.isEmpty)
        let layout = try #require(try BridgeConfiguration(text: Self.text).reports[0].intervals)
        func send(_ wattHours: Int64, _ ledger: inout DeliveryLedger) throws -> [UInt8] {
            let newest = QuarterHour(atOrBefore: time + .minutes(15))
            let entries = [wattHours, 0].map { value in
                [-1, 0].map { age in
                    IntervalEntry(
                        boundary: QuarterHour(number: newest.number + age), value: age == 0 ? value : 0, series: 0)
                }
            }
            let history = IntervalHistory(newest: newest, entries: entries)
            let payload = try #require(layout.encode(history, meter: 0, limit: 51)).bytes
            ledger.send(DueUplink(.intervals(layout), meter: 0, report: 0), payload)
            return payload
        }
        let right = try send(7, &ledger)
        #expect(ledger.violations.isEmpty, "\(ledger.violations)")
        #expect(ledger.arrival(meter: 0, quarter: 0) == nil)
        ledger.hear(right, port: 2, at: time)
        #expect(ledger.arrival(meter: 0, quarter: 0)?.path == .atOnce)
        _ = try send(8, &ledger)
        // The register and the quarter-hour before it.
        #expect(ledger.violations.count == 2)
        ledger.hear([1, 2, 3], port: 2, at: time)
        #expect(ledger.violations.count == 3)
    }

    func ledger() throws -> DeliveryLedger {
        DeliveryLedger(try BridgeConfiguration(text: Self.text))
    }

    @Test func `a counter or a nonce that comes twice is found, and a repetition is none`() {
        func uplink(_ payload: [UInt8]) -> AirTransmission {
            AirTransmission(
                payload: payload, frequency: 868_100_000, spreadingFactor: 7, bandwidth: 125_000, invertedIQ: false,
                hasCRC: true, start: MonotonicInstant(nanoseconds: 0))
        }
        func data(_ counter: UInt8, _ content: UInt8) -> AirTransmission {
            uplink([0x40, 1, 2, 3, 4, 0x80, counter, 0, 1, content, 0, 0, 0, 0])
        }
        func join(_ nonce: UInt8) -> AirTransmission {
            uplink([0] + [UInt8](repeating: 7, count: 16) + [nonce, 0, 1, 2, 3, 4])
        }
        #expect(FrameAudit([join(1), join(2), data(0, 1), data(0, 1), data(1, 2)]).violations.isEmpty)
        #expect(FrameAudit([data(1, 1), data(1, 2)]).violations.count == 1)
        #expect(FrameAudit([data(2, 1), data(1, 2)]).violations.count == 1)
        #expect(FrameAudit([join(1), join(1)]).violations.count == 1)
    }

    @Test func `the fullest window is found wherever it lies`() {
        func frames(_ starts: [Int64]) -> [AirTransmission] {
            starts.map {
                AirTransmission(
                    payload: [UInt8](repeating: 0x40, count: 40), frequency: 868_100_000, spreadingFactor: 12,
                    bandwidth: 125_000, invertedIQ: false, hasCRC: true,
                    start: MonotonicInstant(nanoseconds: 0) + .milliseconds($0))
            }
        }
        let one = frames([0])[0].airTime
        let hour: Int64 = 3_600_000
        func busiest(_ starts: [Int64]) -> TimeSpan? {
            AirTimeAudit(frames(starts), region: "EU868").busiestHours.first?.airTime
        }
        #expect(busiest([0, hour / 2, hour * 2]) == one * 2)
        // Half a second of the first is still in the hour that ends with the second.
        #expect(busiest([0, hour - 500]) == one + .milliseconds(500))
        #expect(busiest([0, hour]) == one)
    }

    @Test func `the same seed gives the same simulation, and the keys of its JSON are there`() throws {
        let config = try folder.write(Self.text.utf8, to: "config.toml")
        let plot = folder.url.appending(path: "plot.svg")
        func run(seed: String, plot: URL) throws -> (String, String) {
            let outcome = try CommandRunner.run(
                "simulate", "--config", config, "--days", "1", "--loss", "0.3", "--seed", seed, "--format", "json",
                "--plot", plot.path)
            #expect(outcome.status == 0, "\(outcome.errors)")
            return (outcome.output, try String(contentsOf: plot, encoding: .utf8))
        }
        let (first, second, other) = (
            try run(seed: "3", plot: plot), try run(seed: "3", plot: plot), try run(seed: "4", plot: plot)
        )
        #expect(first == second)
        #expect(first.0 != other.0 && first.1 != other.1)
        let figures = try #require(try JSONSerialization.jsonObject(with: Data(first.0.utf8)) as? [String: Double])
        let (measured, delivered) = (try #require(figures["measured"]), try #require(figures["delivered"]))
        let overlap = try #require(figures["recovered_overlap"])
        let backfill = try #require(figures["recovered_backfill"])
        #expect(try measured == delivered + overlap + backfill + #require(figures["missing"]))
        #expect(measured == 96)
        #expect(try #require(figures["uplinks"]) > 20 && #require(figures["airtime_s"]) > 1)
        #expect(first.1.hasPrefix("<svg") && first.1.hasSuffix("</svg>\n"))
    }

    @Test func `rows of a file are what the meter counts`() throws {
        let file = try HouseFile(
            text: "time;import_kwh;export_kwh\n2026-06-19T02:00+02:00;0.1;0\n2026-06-19 00:15,1.2345,2\n")
        #expect(file.start == UTCInstant(secondsSince1970: 1_781_827_200))
        #expect(file.quarters == [.init(imported: 100, exported: 0), .init(imported: 1_235, exported: 2_000)])
        let house = RecordedHouse(file.quarters, startingAt: file.start)
        let first = house.registers(at: file.start)
        let later = house.registers(at: file.start + .minutes(37))
        #expect(later.energyImport - first.energyImport == 1_335 + 100 * 7 / 15)
        #expect(later.energyExport - first.energyExport == 2_000)
    }

    @Test(arguments: [
        "", "time,import_kwh,export_kwh", "2026-06-19T00:00:00Z,1", "2026-06-19T00:01:00Z,1,1", "yesterday,1,1",
        "2026-06-19T00:00:00Z,-1,1", "2026-06-19T00:00:00Z,1,1\n2026-06-19T00:30:00Z,1,1",
        "2026-06-19T00:00:00Z,1,1e18", "2019-12-31T23:45:00Z,1,1", "2100-01-01T00:00:00Z,1,1",
        "2026-06-19T00:00:00+é,1,1", "2026-06-19T00:00:00Z+1:00,1,1", "1677-09-22T00:00:00+99:00,0.1,0",
        "2262-04-11T23:45:00-99:00,0.1,0", "2026-06-19T00:00:00+15:00,1,1", "2026-06-19T00:00:00+-9:00,1,1",
        "2026-06-19T00:00:00+01:75,1,1", "2079-12-31T23:45:00Z,1,1\n2080-01-01T00:00:00Z,1,1",
    ]) func `a file that is none is refused with its line`(text: String) {
        #expect(throws: HouseFile.Failure.self) { try HouseFile(text: text) }
    }

    @Test func `wrong arguments end with 64 or 1 and say what is wanted`() throws {
        let config = try folder.write(Self.text.utf8, to: "config.toml")
        for wrong in [
            ["--days", "0"], ["--days", "9999"], ["--loss", "1"], ["--loss", "-0.1"], ["--loss", "much"],
            ["--data-rate", "6"], ["--seed", "x"], ["--backfill", "maybe"], ["--format", "xml"],
            ["--meters", "synthetic", "--meters", "a.csv"],
        ] {
            let outcome = try CommandRunner.run(["simulate", "--config", config] + wrong)
            #expect(outcome.status == 64 && outcome.errors.contains(wrong[0]), "\(wrong): \(outcome.errors)")
        }
        let missing = try CommandRunner.run("simulate", "--config", config, "--meters", "/nowhere.csv")
        #expect(missing.status == 1 && missing.errors.contains("/nowhere.csv"))
        let rows = try folder.write("2026-06-19T00:00:00Z,1\n".utf8, to: "bad.csv")
        let bad = try CommandRunner.run("simulate", "--config", config, "--meters", rows)
        #expect(bad.status == 1 && bad.errors.contains("bad.csv: line 1"))
        let readings = try folder.write(
            Self.text.replacing("\"intervals\"", with: "\"readings\"").utf8, to: "readings.toml")
        let none = try CommandRunner.run("simulate", "--config", readings)
        #expect(none.status == 1 && none.errors.contains("intervals"))
        // US915 has DR0 to DR4, AS923 DR2 to DR5 while uplinks last 400 ms at most.
        for (region, rate) in [("US915", "5"), ("AS923", "1"), ("EU868", "7")] {
            let text = Self.text.replacing("[lorawan]", with: "[lorawan]\nregion = \"\(region)\"")
                .replacing(", \"1-0:2.8.0\"", with: "")
            let other = try folder.write(text.utf8, to: "other.toml")
            let outcome = try CommandRunner.run("simulate", "--config", other, "--data-rate", rate)
            #expect(
                outcome.status == 64 && outcome.errors.contains("--data-rate: \(rate) is no data rate"), "\(region)")
        }
        let nowhere = try CommandRunner.run("simulate", "--config", config, "--days", "1", "--plot", "/nowhere/a.svg")
        #expect(nowhere.status == 1 && nowhere.errors.contains("--plot: /nowhere/a.svg can't be written: No such file"))
    }
}
