public import UplinkPayload

/// Computes intervals reports that were lost from the sums that came: `ParityFrame`. Of one device, and of one session; it
/// keeps what its sums can still reach.
public struct ParitySolver: Hashable, Sendable, Codable {
    /// What came of a frame.
    public enum Finding: Hashable, Sendable {
        /// A report that was lost, as it was sent.
        case report(ParitySource)
        /// A sum contradicts what was heard: it is left out. Frames of another session have the same counters.
        case contradiction(counter: UInt32)
    }

    /// A sum less what is known of it.
    fileprivate struct Row: Hashable, Sendable, Codable {
        /// Of its uplink.
        let counter: UInt32
        /// Of the reports in it that are not known.
        var factors: [UInt32: UInt8]
        var sum: [UInt8]
    }

    private var known: [UInt32: [UInt8]] = [:]
    /// Of the reports that were heard of late, the last one's first.
    private var heads: [[UInt8]] = []
    private var rows: [Row] = []
    private var newest: UInt32 = 0

    /// Counters behind the newest that are kept: what a sum names, and what a late one may.
    private static let memory: UInt32 = 64
    /// Reports and meters of a device, each before and after five days.
    private static let mostHeads = 32
    /// Sums that wait; more come of nothing but garbage.
    private static let mostRows = 40

    /// Nothing was heard yet.
    public init() {}

    /// Sums that wait for more.
    public var waiting: Int { rows.count }

    /// An intervals report that was heard.
    /// - Returns: what can be computed now.
    public mutating func hear(_ source: ParitySource) -> [Finding] {
        begin(source.counter)
        if let before = known[source.counter] {
            if before == source.payload { return [] }
            // Another session: a counter is never used twice in one.
            self = Self()
            newest = source.counter
        }
        note(source)
        return solve()
    }

    private mutating func note(_ source: ParitySource) {
        known[source.counter] = source.payload
        for index in rows.indices { rows[index].take(source) }
        if let index = heads.firstIndex(of: source.head) { heads.remove(at: index) }
        heads.insert(source.head, at: 0)
        if heads.count > Self.mostHeads { heads.removeLast() }
    }

    /// A sum that was heard.
    /// - Returns: what can be computed now.
    public mutating func hear(_ frame: ParityFrame) -> [Finding] {
        begin(frame.counter)
        guard !rows.contains(where: { $0.counter == frame.counter }) else { return [] }
        var row = Row(counter: frame.counter, factors: [:], sum: frame.sum)
        for counter in frame.counters { row.factors[counter] = ParityFrame.factor(frame.counter, of: counter) }
        for (counter, payload) in known where row.factors[counter] != nil {
            row.take(ParitySource(counter: counter, payload: payload))
        }
        rows.append(row)
        if rows.count > Self.mostRows { rows.removeFirst() }
        return solve()
    }

    /// An uplink of any kind.
    /// - Returns: what can be computed now; nothing from a sum that can't be read.
    public mutating func hear(_ kind: ReportKind?, _ payload: [UInt8], counter: UInt32) -> [Finding] {
        switch kind {
        case .intervals: hear(ParitySource(counter: counter, payload: payload))
        case .parity: (try? ParityFrame(payload, counter: counter)).map { hear($0) } ?? []
        default: []
        }
    }

    /// Counters that fall by much are those of another session, of which nothing that was heard is part.
    private mutating func begin(_ counter: UInt32) {
        if counter &+ Self.memory < newest { self = Self() }
        newest = max(newest, counter)
        let oldest = newest > Self.memory ? newest - Self.memory : 0
        known = known.filter { $0.key >= oldest }
        rows.removeAll { row in row.factors.keys.contains { $0 < oldest } }
    }

    // MARK: Solving

    private mutating func solve() -> [Finding] {
        var findings: [Finding] = []
        while true {
            findings += dropContradictions()
            // The first report that is heard tells how all begin.
            guard !heads.isEmpty, let (counter, symbol, used) = solution() else { return findings }
            guard let source = ParitySource(counter: counter, symbol: symbol, heads: heads) else {
                findings += used.map { .contradiction(counter: $0) }
                rows.removeAll { used.contains($0.counter) }
                continue
            }
            note(source)
            findings.append(.report(source))
        }
    }

    /// Sums of which all is known are of no more use, and zero where all is right.
    private mutating func dropContradictions() -> [Finding] {
        let done = rows.filter { $0.factors.isEmpty }
        rows.removeAll { $0.factors.isEmpty }
        return done.filter { $0.sum.contains { $0 != 0 } }.map { .contradiction(counter: $0.counter) }
    }

    /// Gauss and Jordan: a combination of sums in which one report is left.
    /// - Returns: its counter, its symbol, and the counters of the sums that may have part in it.
    private func solution() -> (counter: UInt32, symbol: [UInt8], used: [UInt32])? {
        var (matrix, done) = (rows, 0)
        for counter in Set(rows.flatMap(\.factors.keys)).sorted() {
            guard let pivot = matrix.indices.dropFirst(done).first(where: { matrix[$0].factors[counter] != nil }) else {
                continue
            }
            matrix.swapAt(done, pivot)
            guard let inverse = matrix[done].factors[counter].flatMap({ GaloisField.inverse($0) }) else { continue }
            matrix[done] = matrix[done].multiplied(by: inverse)
            for index in matrix.indices where index != done {
                if let factor = matrix[index].factors[counter] { matrix[index].add(factor, times: matrix[done]) }
            }
            done += 1
        }
        guard let row = matrix.first(where: { $0.factors.count == 1 }), let only = row.factors.first else { return nil }
        return (only.key, row.sum, rows.filter { $0.factors[only.key] != nil }.map(\.counter))
    }
}

extension ParitySolver.Row {
    /// A report of it is known.
    fileprivate mutating func take(_ source: ParitySource) {
        guard let factor = factors.removeValue(forKey: source.counter) else { return }
        GaloisField.add(factor, times: source.symbol, to: &sum)
    }

    fileprivate func multiplied(by factor: UInt8) -> Self {
        var row = self
        row.factors = factors.mapValues { GaloisField.product($0, factor) }
        row.sum = sum.map { GaloisField.product($0, factor) }
        return row
    }

    fileprivate mutating func add(_ factor: UInt8, times other: Self) {
        for (counter, value) in other.factors {
            let sum = (factors[counter] ?? 0) ^ GaloisField.product(factor, value)
            factors[counter] = sum == 0 ? nil : sum
        }
        GaloisField.add(factor, times: other.sum, to: &sum)
    }
}
