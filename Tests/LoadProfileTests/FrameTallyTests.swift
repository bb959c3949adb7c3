import LoadProfile
import Testing

@Suite struct FrameTallyTests {
    private func tally(_ counters: [UInt32]) -> FrameTally {
        var tally = FrameTally()
        for counter in counters { tally.take(counter) }
        return tally
    }

    @Test func `frames that did not come are counted`() {
        #expect(tally([5, 6, 9, 10]) == FrameTally(newest: 10, heard: 4, missed: 2))
        #expect(tally([5, 7, 9, 11]).loss == 3.0 / 7)
    }

    @Test func `one that comes late is missed no more`() {
        #expect(tally([5, 7, 6]) == FrameTally(newest: 7, heard: 3))
    }

    @Test func `a counter that begins anew loses nothing`() {
        #expect(tally([1_000, 0, 1]) == FrameTally(newest: 1, heard: 3))
        #expect(tally([1, 4_000_000_000]).missed == 0)
    }

    @Test func `an uplink is known when it comes again`() {
        var recent = RecentUplinks()
        let areNew = (0..<100).map { recent.insert("\($0)") }
        #expect(areNew.allSatisfy { $0 })
        var read = RecentUplinks(stored: recent.stored)
        #expect(read == recent)
        let again = ["99", "68", "67"].map { read.insert($0) }
        #expect(again == [false, false, true])
        #expect(RecentUplinks(stored: [1, 2, 3]) == RecentUplinks())
    }

    @Test func `what comes late, however late, is no new session and no loss`() {
        var tally = FrameTally()
        for counter in UInt32(100)..<110 { tally.take(counter) }
        // A broker kept some for a worker that was away, and the server's records have older ones.
        tally.take(200)
        #expect(tally.missed == 90)
        for counter in UInt32(110)..<200 { tally.take(counter, isLate: true) }
        tally.take(3, isLate: true)
        tally.take(201)
        #expect(tally.missed == 0 && tally.newest == 201 && tally.heard == 103)
    }
}
