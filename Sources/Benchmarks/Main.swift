/// `swift run -c release Benchmarks [FILTER]`: runs every subject whose name contains FILTER.
/// `swift run -c release Benchmarks eight-meters [SECONDS]`: the bridge's loop over eight lines, in real time.
/// `swift run -c release Benchmarks windows [COUNT]`: how late receive windows open under load, of each kind of chip.
/// `swift run -c release Benchmarks disk`: what is written on the disk.
/// `swift run -c release Benchmarks collector [URL]`: the collector under a large fleet; with its uplinks to the empty
/// PostgreSQL database of the URL alone.
@main
enum Main {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        if arguments.first == "eight-meters" {
            return try EightMeters.run(seconds: arguments.dropFirst().first.flatMap { Int($0) } ?? 600)
        }
        if arguments.first == "windows" {
            return try await WindowBenchmark.run(count: arguments.dropFirst().first.flatMap { Int($0) } ?? 1_000)
        }
        if arguments.first == "disk" { return try DiskBenchmark.run() }
        if arguments.first == "collector" { return try CollectorBenchmark.run(database: arguments.dropFirst().first) }
        let filter = arguments.first ?? ""
        if filter.isEmpty || "intervals size".contains(filter) {
            for line in try IntervalBenchmarks.sizes() { print(line) }
        }
        if filter.isEmpty || "payload".contains(filter) {
            for line in try PayloadBenchmarks.lines() { print(line) }
        }
        for benchmark in try TelegramBenchmarks.all() + IntervalBenchmarks.speeds() + DeviceBenchmarks.all()
            + PlanBenchmark.all()
        where filter.isEmpty || benchmark.name.contains(filter) {
            print(benchmark.measure())
        }
    }
}
