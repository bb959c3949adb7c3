import CAllocations

/// Something that is done again and again, and how many bytes that takes through.
struct Benchmark {
    let name: String
    /// What one repetition is called: "telegram".
    let thing: String
    let bytes: Int
    /// Does it as often as told.
    let run: (_ repetitions: Int) -> Void

    private static let rounds = 15

    /// The median of several rounds of a tenth of a second or more, with the best and the worst beside it.
    func measure() -> String {
        var repetitions = 1
        while seconds(repetitions) < 0.1, repetitions < 1 << 40 { repetitions *= 2 }
        let rates = (0..<Self.rounds).map { _ in Double(repetitions) / seconds(repetitions) }.sorted()
        let median = rates[Self.rounds / 2]
        let before = p1lora_allocations()
        run(1_000)
        let blocks = Double(p1lora_allocations() - before) / 1_000
        return "\(name.padding(38)) \(whole(median).padding(10, left: true)) \(thing)s/s"
            + " \(whole(median * Double(bytes) / 1e6).padding(7, left: true)) MB/s"
            + "   (\(whole(rates[0])) to \(whole(rates[Self.rounds - 1])); \(bytes) bytes, \(whole(blocks)) allocations)"
    }

    private func seconds(_ repetitions: Int) -> Double {
        let taken = ContinuousClock().measure { run(repetitions) }
        return Double(taken.components.seconds) + Double(taken.components.attoseconds) / 1e18
    }

    private func whole(_ number: Double) -> String { String(Int(number.rounded())) }
}

extension String {
    func padding(_ width: Int, left: Bool = false) -> String {
        let blanks = String(repeating: " ", count: max(0, width - count))
        return left ? blanks + self : self + blanks
    }
}
