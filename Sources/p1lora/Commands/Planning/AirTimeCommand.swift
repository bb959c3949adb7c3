import ArgumentParser
import BridgeConfiguration
import BridgeStore
import LinuxHardware
import LoRaWAN
import Timekeeping
import UplinkBridge
import UplinkPayload

struct AirTimeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "airtime",
        abstract: "What uplinks cost, how often they may be sent, and what is spent already.",
        discussion: """
            For the region and the purse of a configuration, or of --region and --purse. Payloads are application bytes, \
            sent once, without MAC commands. With a configuration whose bridge has sent, what it spent is shown; it may be \
            running.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    @Option(name: [.customLong("config"), .short], help: "The configuration file.", completion: .file())
    var config: String?

    @Option(help: "EU868 (if left out), US915, AS923, ...; with --config that of the configuration.")
    var region: String?

    @Option(
        name: [.customLong("daily-airtime"), .customLong("purse")],
        help: "Air-time in 24 hours, such as 30s (if left out), or off; with --config its daily_airtime.")
    var dailyAirTime: String?

    @Option(
        name: .customLong("payload"), parsing: .upToNextOption,
        help: "Bytes for which it is told how often they may be sent; those of the configuration's reports if left out."
    )
    var payloads: [Int] = []

    @Option(help: ArgumentHelp("Write the air-time over the payload as a picture (SVG).", valueName: "file"))
    var plot: String?

    @Option(help: "text or json.")
    var format: Format = .text

    func validate() throws {
        if config != nil && (region != nil || dailyAirTime != nil) {
            throw ValidationError("Give --config, or --region and --daily-airtime.")
        }
        guard payloads.allSatisfy((0...242).contains) else {
            throw ValidationError("--payload must be from 0 to 242 bytes.")
        }
        if config == nil { _ = try (chosenRegion(), chosenDailyAirTime()) }
    }

    func run() throws {
        var sizes = payloads
        let table: AirTimeTable
        var spent: SpentAirTime?
        if let config {
            let configuration: BridgeConfiguration
            do {
                configuration = try BridgeConfiguration(contentsOfFile: config)
            } catch {
                throw failure(error, in: config)
            }
            let lorawan = configuration.lorawan
            table = AirTimeTable(region: lorawan.region, dailyAirTime: lorawan.dailyAirTime)
            if sizes.isEmpty { sizes = configuration.schema.layouts.map(\.byteCount) + [lorawan.smallestPayload] }
            do {
                // SQLite makes files beside the one that it reads.
                spent = try FileOwner.act(asOwnerOf: configuration.stateFiles) {
                    try SpentAirTime(
                        statePath: configuration.statePath, region: lorawan.region, clock: LinuxClock())
                }
            } catch {
                StandardError.line("p1lora: what is spent already is not known: \(error)")
            }
        } else {
            table = try AirTimeTable(region: chosenRegion(), dailyAirTime: chosenDailyAirTime())
        }
        if sizes.isEmpty { sizes = [table.region.smallestPayload(from: DataRate(0))] }
        let report = AirTimeText(table: table, payloads: Array(Set(sizes)).sorted(), spent: spent)
        if let plot {
            try writeFile(AirTimePlot(table: table).svg, to: plot, option: "--plot")
        }
        StandardOutput.write(format == .json ? report.json + "\n" : report.text)
    }

    private func chosenRegion() throws -> Region {
        do {
            return try Region(named: region ?? "EU868")
        } catch {
            throw ValidationError("--region: \(error)")
        }
    }

    private func chosenDailyAirTime() throws -> TimeSpan? {
        let text = dailyAirTime ?? "30s"
        if text == "off" { return nil }
        guard let span = TimeSpan(configuration: text), span <= .hours(24) else {
            throw ValidationError("--daily-airtime: \"\(text)\": write 30s, 36s, 10m, or off.")
        }
        return span
    }
}
