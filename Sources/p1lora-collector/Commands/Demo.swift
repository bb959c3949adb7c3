import ArgumentParser
import Collector
import CollectorSimulation
import CollectorStore
import FoundationEssentials
import Glibc
import LinuxHardware
import Timekeeping

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Twenty simulated houses and their profiles, without hardware or servers.",
        discussion: """
            Houses with panels, gas meters, second meters and one that is replaced, each with its bridge, through days of lost \
            frames in virtual time. Each uplink comes to the collector as the JSON of ChirpStack or The Things Stack, and its \
            requests go back as such. At the end each quarter-hour but those of the last day is held against what the meter \
            showed. Exit code 1 if one is missing or differs, where the air-time is enough for all (SF7 to SF11).
            """)

    @Option(help: "How many houses.")
    var houses = 20

    @Option(help: "Days that end with the last midnight.")
    var days: Int64 = 10

    @Option(help: "Percent of all frames that are lost, up and down.")
    var loss = 30

    @Option(parsing: .upToNextOption, help: "7 to 12; the houses have them by turns.")
    var spreadingFactors = [7, 8, 9, 10, 11]

    @Option(help: "The houses, their weather and what is lost: the same number gives the same days.")
    var seed: UInt64 = 1

    @Option(help: "A folder in which store and configuration stay, for export and status.")
    var keep: String?

    @Option(help: "A file for what the servers published, one line each: import takes it.", completion: .file())
    var record: String?

    func validate() throws {
        guard (1...200).contains(houses), (2...60).contains(days), (0...90).contains(loss) else {
            throw ValidationError("--houses from 1 to 200, --days from 2 to 60, --loss from 0 to 90.")
        }
        guard !spreadingFactors.isEmpty, spreadingFactors.allSatisfy({ (7...12).contains($0) }) else {
            throw ValidationError("--spreading-factors are from 7 to 12.")
        }
    }

    func run() async throws {
        let folder = keep ?? FileManager.default.temporaryDirectory.path + "/p1lora-collector-demo-\(getpid())"
        defer { if keep == nil { try? FileManager.default.removeItem(atPath: folder) } }
        do {
            let results = try await simulate(in: folder)
            if let record {
                let lines = results.flatMap(\.messages).map { $0 + "\n" }.joined()
                try OutputFile.write(Array(lines.utf8), to: record)
            }
            StandardOutput.write(FleetTable(results, days: days, loss: loss).text)
            if let keep {
                StandardOutput.write(
                    "\nTheir profiles: p1lora-collector export --config \(keep)/collector.toml, and status\n")
            }
            guard results.allSatisfy({ $0.isComplete || ($0.house.spreadingFactor > 11 && $0.wrong == 0) }) else {
                throw failure("a quarter-hour is missing or differs, or a limit was broken")
            }
        } catch let error as ExitCode {
            throw error
        } catch {
            throw failure("\(error)")
        }
    }

    private func simulate(in folder: String) async throws -> [HouseResult] {
        let fleet = (0..<houses).map { FleetHouse($0, spreadingFactors: spreadingFactors) }
        let configuration = try FleetFiles.write(fleet, in: folder)
        guard case .file(let path) = configuration.place else { return [] }
        let store = try SQLiteProfileStore(path: path)
        let now = LinuxClock().utc
        let midnight = UTCInstant(secondsSince1970: now.secondsSince1970 / 86_400 * 86_400)
        let (days, loss, seed) = (days, Double(loss) / 100, seed)
        return try await withThrowingTaskGroup(of: HouseResult.self) { group in
            var waiting = fleet[...]
            func begin() {
                guard let house = waiting.popFirst() else { return }
                group.addTask {
                    try FleetRun.run(
                        house, days: days, until: midnight, loss: loss, seed: seed, into: store,
                        fleets: configuration.fleets)
                }
            }
            for _ in 0..<ProcessInfo.processInfo.activeProcessorCount { begin() }
            var results: [HouseResult] = []
            for try await result in group {
                results.append(result)
                begin()
                if isatty(STDERR_FILENO) == 1 {
                    StandardError.write("\r\(results.count) of \(fleet.count) houses ")
                }
            }
            if isatty(STDERR_FILENO) == 1 { StandardError.write("\r") }
            return results.sorted { $0.house.number < $1.house.number }
        }
    }
}
