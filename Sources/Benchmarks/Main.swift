/// `swift run -c release Benchmarks [FILTER]`: runs every subject whose name contains FILTER.
@main
enum Main {
    static func main() throws {
        let filter = CommandLine.arguments.dropFirst().first ?? ""
        if filter.isEmpty || "intervals size".contains(filter) {
            for line in try IntervalBenchmarks.sizes() { print(line) }
        }
        for benchmark in try TelegramBenchmarks.all() + IntervalBenchmarks.speeds()
        where filter.isEmpty || benchmark.name.contains(filter) {
            print(benchmark.measure())
        }
    }
}
