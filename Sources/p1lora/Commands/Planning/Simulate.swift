import ArgumentParser
import BridgeConfiguration
import BridgeSimulation
import FoundationEssentials
import LoRaWAN
import Timekeeping

struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Days or months of a configuration, with frames lost: what arrives, and what it costs.",
        discussion: """
            The bridge's own code runs in virtual time against simulated meters, an SX1276, the air and a network server. \
            Each value that the decoder tells is held against what the meter showed, and each frame against the law, the \
            network's air-time and LoRaWAN's counters: exit code 1 if any of that is broken. The same seed gives the same \
            simulation.

            --base is for network = "private": a base and --bridges bridges with this configuration on one channel, where frames             that overlap are lost; --cuts power cuts fall on either end, and --replace gives the first bridge another board             half-way. All promises are held against what was on the air.

            --loss bursts: good times (3 % lost, 6 h in the mean) and bad ones (90 % lost, 1.5 h in the mean) in turn.
            """)

    @OptionGroup var configuration: ConfigurationOption

    @Option(help: "Days to simulate.")
    var days: Int64 = 7

    @Option(
        help: ArgumentHelp(
            "The part of the frames that is lost, up and down, 0 to 0.99, or bursts; 0 where it is left out.",
            valueName: "loss")
    )
    var loss: LossChoice?

    @Option(help: DataRateChoice.help)
    var dataRate: DataRateChoice = .auto

    @Option(
        help: ArgumentHelp(
            """
            A file with rows of time,import_kwh,export_kwh: when a quarter-hour began and what it took and fed in. Once \
            for each meter, in their order; synthetic furnishes them by the seed.
            """, valueName: "file|synthetic"))
    var meters: [String] = ["synthetic"]

    @Option(help: "The houses, the losses and the radio's choices.")
    var seed: UInt64 = 1

    @Option(help: "Whether somebody at the server asks for what is missing, with at most 10 downlinks a day.")
    var backfill: Switch = .on

    @Option(help: ArgumentHelp("Draw what came of each quarter-hour, as SVG.", valueName: "file"), completion: .file())
    var plot: String?

    @Flag(
        help: """
            Let more befall the bridge than lost frames: power cuts, wrong dates, silent and replaced meters, a radio that \
            fails, a silent server, false answers, changed settings.
            """)
    var troubles = false

    @Flag(
        help: """
            The table instead, of EU868: SF7 to SF12, losses of 0 to 50 %, The Things Network's limits and the law alone; \
            what part of the quarter-hours is known after 1 h, after 24 h and at the end, mean and worst of the seeds, with \
            the bound of what could be. Takes long; with --loss or --data-rate only the rows of that.
            """)
    var table = false

    @Option(help: "With --table: each row is simulated with so many seeds, from --seed on.")
    var seeds: UInt64 = 1

    @Flag(help: "Both ends of a private network.")
    var base = false

    @Option(help: "With --base: how many bridges, 1 to 8.")
    var bridges = 1

    @Option(help: "With --base: power cuts at either end, 0 to 10000.")
    var cuts = 0

    @Flag(help: "With --base: half-way the first bridge's board is replaced, and paired anew.")
    var replace = false

    @Option(help: "text or json.")
    var format: OutputFormat = .text

    enum Switch: String, ExpressibleByArgument, CaseIterable { case on, off }
    enum OutputFormat: String, ExpressibleByArgument, CaseIterable { case text, json }

    func validate() throws {
        guard (1...3_650).contains(days) else { throw ValidationError("--days must be from 1 to 3650.") }
        guard (1...1_000).contains(seeds), seed <= UInt64.max - seeds else {
            throw ValidationError("--seeds must be from 1 to 1000, and --seed must leave room for them.")
        }
        guard seeds == 1 || table else { throw ValidationError("--seeds goes with --table.") }
        guard (1...8).contains(bridges), (0...10_000).contains(cuts) else {
            throw ValidationError("--bridges must be from 1 to 8, and --cuts from 0 to 10000.")
        }
        guard base || (bridges == 1 && cuts == 0 && !replace) else {
            throw ValidationError("--bridges, --cuts and --replace go with --base.")
        }
        guard !base || (!table && !troubles && plot == nil && meters == ["synthetic"] && format == .text) else {
            throw ValidationError("--base goes with none of --table, --troubles, --plot, --meters and --format.")
        }
        if meters.contains("synthetic"), meters.count > 1 {
            throw ValidationError("--meters: either synthetic or files, one for each meter.")
        }
    }

    func run() throws {
        if base { return try runBase(try configuration.load()) }
        let configuration = try configuration.loadForNetwork()
        let region = configuration.lorawan.region
        var plan = TrialPlan(
            days: days, loss: pattern, dataRate: try dataRate.index(in: region), seed: seed,
            asksForGaps: backfill == .on)
        plan.hasTroubles = troubles
        if troubles { plan.telegramEvery = .minutes(5) }
        if meters != ["synthetic"] { plan.houses = try meters.map(Self.house) }
        if table { return try printTable(configuration, plan: plan) }
        let figures: TrialFigures
        let trial: Trial
        do {
            trial = try Trial(configuration, plan: plan)
            try trial.run()
            figures = TrialFigures(trial)
        } catch {
            throw failure("\(error)")
        }
        if let plot { try writeFile(TrialPlot(trial).svg, to: plot, option: "--plot") }
        StandardOutput.line(format == .json ? figures.json : figures.text)
        guard trial.violations.isEmpty else {
            for violation in trial.violations { StandardError.line("p1lora: \(violation)") }
            throw failure("seed \(seed): a promise was broken; the same seed shows it again")
        }
    }

    private var pattern: LossPattern { loss?.pattern ?? .independent(0) }

    private func runBase(_ configuration: BridgeConfiguration) throws {
        var plan = BaseTrialPlan(days: days, bridges: bridges)
        (plan.loss, plan.seed, plan.cuts, plan.replacesBoard) = (pattern, seed, cuts, replace)
        plan.dataRate = try dataRate.index(in: configuration.lorawan.region).map { DataRate($0) }
        let trial: BaseTrial
        do {
            trial = try BaseTrial(configuration, plan: plan)
            try trial.run()
        } catch {
            throw failure("\(error)")
        }
        StandardOutput.line(BaseTrialFigures(trial).text)
        guard trial.violations.isEmpty else {
            for violation in trial.violations { StandardError.line("p1lora: \(violation)") }
            throw failure("seed \(seed): a promise was broken; the same seed shows it again")
        }
    }

    private func printTable(_ configuration: BridgeConfiguration, plan: TrialPlan) throws {
        guard configuration.lorawan.region.name == "EU868" else {
            throw wrongUsage("--table is of EU868's data rates and law, the configuration's region is another one")
        }
        var losses = TrialTable.losses
        if let loss {
            guard case .independent(let share) = loss.pattern else {
                throw wrongUsage("--table is of losses that come by chance, not of bursts")
            }
            losses = [share]
        }
        var plan = plan
        plan.telegramEvery = .minutes(5)
        if format == .text { StandardOutput.line(TrialTable.head) }
        do {
            let rows = try TrialTable.rows(
                configuration, plan: plan, seeds: seeds, losses: losses,
                dataRates: plan.dataRate.map { [$0] } ?? TrialTable.dataRates
            ) { row in
                if format == .text { StandardOutput.line(TrialTable.text(row)) }
            }
            if format == .json {
                StandardOutput.line("[" + rows.map(TrialTable.json).joined(separator: ",\n") + "]")
            }
            let violations = rows.flatMap(\.violations)
            guard violations.isEmpty else {
                for violation in violations.prefix(20) { StandardError.line("p1lora: \(violation)") }
                throw failure("a promise was broken; the same seed shows it again")
            }
        } catch let error as Trial.Failure {
            throw failure("\(error)")
        }
    }

    private static func house(path: String) throws -> HouseFile {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw failure("\(path) can't be read: is it there, and may this user read it?")
        }
        do {
            return try HouseFile(text: text)
        } catch {
            throw failure("\(path): \(error)")
        }
    }
}

/// A type of its own: Swift 6.2.3 fails at another module's enumeration that is given this conformance.
struct LossChoice: ExpressibleByArgument {
    let pattern: LossPattern

    init?(argument: String) {
        guard let pattern = LossPattern(argument) else { return nil }
        self.pattern = pattern
    }
}
