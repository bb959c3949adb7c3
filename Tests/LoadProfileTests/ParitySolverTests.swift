import LoadProfile
import MeterValues
import Testing
import UplinkPayload

/// Reports that were lost are computed from sums of them.
@Suite struct ParitySolverTests {
    /// As all reports of a device begin.
    private static let head: [UInt8] = [0xA7, 0x01, 0xD8]

    private static func reports(_ count: Int, from counter: UInt32 = 500, random: inout Xorshift) -> [ParitySource] {
        (0..<count).map { number in
            ParitySource(
                counter: counter + UInt32(number),
                payload: head
                    + (0..<Int.random(in: 3...40, using: &random)).map { _ in .random(in: 0...255, using: &random) })
        }
    }

    private static func computed(_ findings: [ParitySolver.Finding]) -> [ParitySource] {
        findings.compactMap { if case .report(let source) = $0 { source } else { nil } }
    }

    @Test func `as many reports as sums may be lost, whichever they are`() throws {
        var random = Xorshift(state: 5)
        for lost in 1...11 {
            for round in 0..<8 {
                let all = Self.reports(11, from: UInt32(120 + 400 * round), random: &random)
                let missing = Set(all.shuffled(using: &random).prefix(lost))
                var solver = ParitySolver()
                // From the session before, perhaps: how reports begin.
                _ = solver.hear(ParitySource(counter: all[0].counter - 1, payload: Self.head + [9]))
                for source in all where !missing.contains(source) { #expect(solver.hear(source).isEmpty) }
                var found: [ParitySource] = []
                for number in 0..<UInt32(lost) {
                    // A sum on its way as bytes.
                    let counter = all[10].counter + 1 + number
                    let frame = try #require(ParityFrame(all, counter: counter)).encode()
                    #expect(found.isEmpty)
                    found += Self.computed(solver.hear(try ParityFrame(frame, counter: counter)))
                }
                #expect(Set(found) == missing)
                #expect(solver.waiting == 0)
            }
        }
    }

    @Test func `frames may come in any order and twice`() throws {
        var random = Xorshift(state: 6)
        for _ in 0..<50 {
            let all = Self.reports(8, random: &random)
            let frames = (0..<3).compactMap { ParityFrame(all, counter: all[7].counter + 1 + $0) }
            var solver = ParitySolver()
            let lost = Set(all.prefix(3))
            var order = all.dropFirst(3).map { [$0] }.flatMap { [$0, $0] }.map { sources in
                { (s: inout ParitySolver) in s.hear(sources[0]) }
            }
            order += (frames + frames).map { frame in { (s: inout ParitySolver) in s.hear(frame) } }
            var found: [ParitySource] = []
            for step in order.shuffled(using: &random) {
                let findings = step(&solver)
                found += Self.computed(findings)
                #expect(findings.count == Self.computed(findings).count)
            }
            #expect(Set(found).isSuperset(of: lost) && Set(found).isSubset(of: all))
        }
    }

    @Test func `a report of another session that has the same counter is told and makes no wrong one`() throws {
        var random = Xorshift(state: 7)
        for _ in 0..<200 {
            let all = Self.reports(6, random: &random)
            var foreign = all[2].payload
            foreign[3] ^= .random(in: 1...255, using: &random)
            var solver = ParitySolver()
            for source in all[3...] { _ = solver.hear(source) }
            _ = solver.hear(ParitySource(counter: all[2].counter, payload: foreign))
            // Two are lost, and the sums are of what was really sent.
            let frames = (0..<2).compactMap { ParityFrame(all, counter: all[5].counter + 1 + $0) }
            let findings = frames.flatMap { solver.hear($0) }
            #expect(Self.computed(findings).isEmpty)
            #expect(findings.contains { if case .contradiction = $0 { true } else { false } })
            // Nothing of it stays.
            #expect(solver.waiting == 0)
        }
    }

    @Test func `what all reports of five days have in common is taken from another, before or after its change too`()
        throws
    {
        for (own, other) in [(0xD8, 0xD8), (0xD8, 0xD7), (0xD7, 0xD8), (0x00, 0xFF), (0xFF, 0x00)] as [(UInt8, UInt8)] {
            // A part of the boundary that is carried over to the byte before.
            let (before, after) = (UInt8(own == 0xFF ? 0x12 : 0x13), UInt8(other == 0xFF ? 0x12 : 0x13))
            let lost = ParitySource(counter: 8, payload: [0xA7, before, own, 1, 2, 3, 0, 0])
            var solver = ParitySolver()
            let frame = try #require(ParityFrame([lost], counter: 9))
            #expect(solver.hear(frame).isEmpty && solver.waiting == 1, "nobody knows yet how it begins")
            let heard = ParitySource(counter: 10, payload: [0xA7, after, other, 7])
            #expect(solver.hear(heard) == [.report(lost)], "\(own) \(other)")
        }
    }

    @Test func `sums of garbage without end take bounded room and time, and make no report`() throws {
        var random = Xorshift(state: 9)
        var solver = ParitySolver()
        _ = solver.hear(ParitySource(counter: 999, payload: Self.head + [1]))
        for counter: UInt32 in 1_000..<1_600 {
            let bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            let payload = [0x10 | (bytes.first ?? 0) & 0xF] + bytes
            #expect(Self.computed(solver.hear(.parity, payload, counter: counter)).isEmpty)
            #expect(solver.waiting <= 40)
        }
        // What is honest comes through behind it.
        let all = Self.reports(6, from: 1_700, random: &random)
        for source in all.dropLast() { _ = solver.hear(source) }
        let frame = try #require(ParityFrame(all, counter: 1_706))
        #expect(Self.computed(solver.hear(frame)) == [all[5]])
    }

    @Test func `a session that began anew is told from the one before`() throws {
        var random = Xorshift(state: 8)
        let (before, after) = (Self.reports(5, from: 0, random: &random), Self.reports(5, from: 0, random: &random))
        var solver = ParitySolver()
        for source in before { _ = solver.hear(source) }
        for source in after.dropFirst() { _ = solver.hear(source) }
        let frame = try #require(ParityFrame(after, counter: 5))
        #expect(Self.computed(solver.hear(frame)) == [after[0]])
    }

    /// Twenty days at SF12: five new reports and as many sums a day.
    @Test(arguments: [(30, 1, 99.5), (50, 2, 99.0)])
    func `a sum behind each report makes up for a third of all frames, two for half`(
        _ loss: Int, _ sums: Int, _ percent: Double
    ) throws {
        var shares: [Double] = []
        for seed in 1...12 {
            var random = Xorshift(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15)
            var solver = ParitySolver()
            var (sent, heard, counter) = ([ParitySource](), Set<ParitySource>(), UInt32(0))
            func isHeard() -> Bool { .random(in: 0..<100, using: &random) >= loss }
            for _ in 0..<100 {
                let source = Self.reports(1, from: counter, random: &random)[0]
                sent.append(source)
                counter += 1
                if isHeard() {
                    heard.insert(source)
                    heard.formUnion(Self.computed(solver.hear(source)))
                }
                for _ in 0..<sums {
                    let frame = try #require(ParityFrame(sent, counter: counter))
                    counter += 1
                    if isHeard() { heard.formUnion(Self.computed(solver.hear(frame))) }
                }
            }
            // The last ones' sums are yet to come.
            let due = sent.dropLast(8)
            #expect(heard.isSubset(of: sent))
            shares.append(Double(due.count(where: heard.contains)) * 100 / Double(due.count))
        }
        #expect(shares.reduce(0, +) / Double(shares.count) >= percent, "\(shares)")
    }
}
