import CollectorStore
import Foundation
import LoadProfile
import MeterValues
import Testing
import Timekeeping

/// What holds of those who get what changes, wherever profiles are kept.
@Suite struct FollowerTests {
    private let now = UTCInstant(secondsSince1970: 1_795_787_200)
    private let first: Int64 = 241_920

    private func write(_ store: any ProfileStore, _ identity: String, day: Int64, meter: String = "main") throws {
        let start = first + day * 96
        _ = try store.write(
            ProfileBatch(uplinks: [
                StoreBench.uplink(
                    identity, meter: meter, from: start + Int64(identity.count), [1_000 + day * 96, 1_001 + day * 96])
            ]))
    }

    private func days(_ unsent: [UnsentDay]) -> [Int64] { unsent.map { $0.day - first / 96 } }

    @Test(arguments: StoreKind.installed)
    func `a new follower gets everything once, and then what changes`(_ kind: StoreKind) throws {
        let store = try StoreBench(kind).open()
        for day in 0..<Int64(5) { try write(store, "a\(day)", day: day) }
        try store.follow("x", at: now)
        let begin = try store.unsent("x", most: 3, without: [])
        #expect(days(begin) == [0, 1, 2])
        #expect(begin.first?.register.name == "import_kwh" && begin.first?.deviceName == "cellar")
        try store.settle(begin, refused: [], of: "x", at: now)
        // A change comes before what is old.
        try write(store, "bb0", day: 1)
        let next = try store.unsent("x", most: 3, without: [])
        #expect(days(next) == [1, 3, 4])
        try store.settle(next, refused: [], of: "x", at: now)
        #expect(try store.unsent("x", most: 3, without: []) == [])
        try store.follow("x", at: now)
        #expect(try store.unsent("x", most: 3, without: []) == [])
        try store.follow("y", at: now)
        #expect(days(try store.unsent("y", most: 9, without: [])) == [0, 1, 2, 3, 4])
    }

    @Test(arguments: StoreKind.installed)
    func `what a follower refuses stays noted, and keeps nothing else from it`(_ kind: StoreKind) throws {
        let store = try StoreBench(kind).open()
        for day in 0..<Int64(5) {
            try write(store, "a\(day)", day: day)
            try write(store, "b\(day)", day: day, meter: "other")
        }
        try store.follow("x", at: now)
        let refused = try Set(store.unsent("x", most: 1, without: []).map(\.register.id))
        var got: [UnsentDay] = []
        for _ in 0..<20 {
            let portion = try store.unsent("x", most: 2, without: refused)
            try store.settle(portion, refused: refused, of: "x", at: now)
            got += portion.filter { !refused.contains($0.register.id) }
        }
        #expect(days(got) == [0, 1, 2, 3, 4] && Set(got.map(\.register.meter)).count == 1)
        // Changes of the one are no news while it is refused; those of the other are.
        try write(store, "ccc", day: 2)
        try write(store, "ddd", day: 3, meter: "other")
        #expect(days(try store.unsent("x", most: 2, without: refused)) == [3])
        let again = try store.unsent("x", most: 9, without: [])
        #expect(days(again.filter { refused.contains($0.register.id) }) == [0, 1, 2, 3, 4])
    }

    @Test(arguments: StoreKind.installed)
    func `what changes while it is told is told again`(_ kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let store = try bench.open()
        try store.follow("x", at: now)
        try write(store, "a", day: 0)
        let told = try store.unsent("x", most: 9, without: [])
        #expect(days(told) == [0])
        #expect(try store.followers().map { "\($0.name) \($0.unsent) \($0.servedAt == now)" } == ["x 1 true"])
        // By another process.
        try write(try bench.open(), "bb", day: 0)
        try store.settle(told, refused: [], of: "x", at: now)
        let again = try store.unsent("x", most: 9, without: [])
        #expect(days(again) == [0])
        try store.settle(again, refused: [], of: "x", at: now)
        // Once more among what is old, for nobody knows whether it was there before the follower.
        try store.settle(try store.unsent("x", most: 9, without: []), refused: [], of: "x", at: now)
        #expect(try store.unsent("x", most: 9, without: []) == [])
        // What tells nothing new is no change.
        try write(store, "a", day: 0)
        #expect(try store.unsent("x", most: 9, without: []) == [])
    }

    @Test(arguments: StoreKind.installed)
    func `it stays noted when the store is opened anew, and goes with the device`(_ kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        try bench.open().follow("x", at: now)
        try write(bench.open(), "a", day: 0)
        let store = try bench.open()
        #expect(days(try store.unsent("x", most: 9, without: [])).contains(0))
        try store.remember([1, 2], as: "\(StoreBench.device) x")
        try store.remember([3], as: "records of y")
        #expect(try store.memory("\(StoreBench.device) x") == [1, 2])
        _ = try store.forget(StoreBench.device)
        #expect(try store.unsent("x", most: 9, without: []) == [])
        #expect(try store.memory("\(StoreBench.device) x") == nil)
        #expect(try store.memory("records of y") == [3])
    }

    @Test(arguments: StoreKind.installed)
    func `one that nobody served for long is forgotten, and days can be told again`(_ kind: StoreKind) throws {
        let store = try StoreBench(kind).open()
        try store.follow("x", at: now)
        for day in 0..<Int64(4) { try write(store, "a\(day)", day: day) }
        while case let days = try store.unsent("x", most: 9, without: []), !days.isEmpty {
            try store.settle(days, refused: [], of: "x", at: now)
        }
        let register = try #require(try store.registers(of: StoreBench.device).first)
        try store.resend(register, from: first / 96 + 2, to: "x")
        #expect(days(try store.unsent("x", most: 9, without: [])) == [2, 3])
        try store.dropFollowers(notServedSince: now)
        #expect(days(try store.unsent("x", most: 9, without: [])) == [2, 3])
        try store.dropFollowers(notServedSince: now + .seconds(1))
        #expect(try store.unsent("x", most: 9, without: []) == [])
    }

    @Test(arguments: StoreKind.installed)
    func `the completeness of all is that of the profiles`(_ kind: StoreKind) throws {
        let store = try StoreBench(kind).open()
        var random = SystemRandomNumberGenerator()
        for number in 0..<60 {
            let start = first + Int64.random(in: 0..<700, using: &random)
            let values = (0..<Int64(20)).map { place -> Int64? in
                (start + place) % 7 == 0 ? nil : 1_000 + (start + place - first) * 3
            }
            _ = try store.write(
                ProfileBatch(uplinks: [
                    StoreBench.uplink(
                        "\(number)", counter: UInt32(number), meter: "m\(number % 3)", from: start, values,
                        breaks: number % 3 == 2 ? [9] : [])
                ]))
        }
        let range = QuarterHour(number: first + 50)..<QuarterHour(number: first + 722)
        var sum = Coverage()
        for register in try store.registers(of: StoreBench.device) {
            let profile = try store.profile(of: register, days: range.lowerBound.day...range.upperBound.day)
            sum = sum + profile.coverage(of: max(range.lowerBound, register.known.lowerBound)..<range.upperBound)
        }
        #expect(try store.coverage(of: range)[StoreBench.device] == sum)
        #expect(sum.known > 0 && sum.missing > 0 && sum.unknowable > 0)
    }
}
