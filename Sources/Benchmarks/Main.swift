/// `swift run -c release Benchmarks [FILTER]`: runs every subject whose name contains FILTER.
@main
enum Main {
    static func main() throws {
        let filter = CommandLine.arguments.dropFirst().first ?? ""
        for benchmark in try TelegramBenchmarks.all() + DeviceBenchmarks.all()
        where filter.isEmpty || benchmark.name.contains(filter) {
            print(benchmark.measure())
        }
    }
}
