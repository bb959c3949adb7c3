import CollectorStore
import Foundation
import LoadProfile
import MeterValues
import ServerEvents
import Testing
import Timekeeping

/// What holds of profiles wherever they are kept.
@Suite struct ProfileStoreTests {
    @Test(arguments: StoreKind.installed)
    func `what was written is there after the store was opened anew`(_ kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let first: Int64 = 241_000
        do {
            let store = try bench.open()
            _ = try store.write(
                ProfileBatch(uplinks: [StoreBench.uplink("a", from: first, [100, nil, 112, 5], breaks: [3])]))
        }
        let store = try bench.open()
        let profile = try StoreBench.profile(store)
        #expect(profile.register(at: QuarterHour(number: first + 2)) == 112)
        #expect(profile.quarter(from: QuarterHour(number: first)) == .unknown)
        #expect(profile.quarter(from: QuarterHour(number: first + 2)) == .newSeries)
        let stored = try #require(try store.devices().first)
        #expect(
            stored.device == StoreBench.device && stored.radio.spreadingFactor == 9 && stored.address.name == "cellar")
        #expect(try store.registers(of: StoreBench.device).first?.unit == .kilowattHour)
    }

    @Test(arguments: StoreKind.installed)
    func `uplinks in any order and batches of any size make the same profile`(_ kind: StoreKind) throws {
        let first: Int64 = 240_950
        let values = (0..<300).map { (number: Int) -> Int64? in number % 23 == 9 ? nil : Int64(1_000 + number * 3) }
        let uplinks = stride(from: 0, to: 280, by: 12).map { start in
            StoreBench.uplink(
                "\(start)", counter: UInt32(start), from: first + Int64(start), Array(values[start..<start + 20]))
        }
        var wanted = RegisterProfile()
        for uplink in uplinks { _ = wanted.merge(uplink.registers[0]) }
        for size in [1, 7, 100] {
            let store = try StoreBench(kind).open()
            var rest = uplinks.shuffled()[...] + uplinks.prefix(9)
            while !rest.isEmpty {
                _ = try store.write(ProfileBatch(uplinks: Array(rest.prefix(size))))
                rest = rest.dropFirst(size)
            }
            #expect(try StoreBench.profile(store) == wanted)
            #expect(try store.devices().first?.tally.repeated == 9)
        }
    }

    @Test(arguments: StoreKind.installed)
    func `uplinks that were kept for a worker, or by the server, are no lost frames`(_ kind: StoreKind) throws {
        let store = try StoreBench(kind).open()
        func take(_ counters: some Sequence<UInt32>) throws {
            let uplinks = counters.map {
                StoreBench.uplink(
                    "\($0)", counter: $0, from: 241_000, [100, 112], at: 1_795_787_000 + Int64($0) / 40)
            }
            _ = try store.write(ProfileBatch(uplinks: uplinks))
        }
        try take(stride(from: 0, to: 200, by: 2))
        try take(stride(from: 1, to: 200, by: 2))
        let tally = try #require(try store.devices().first?.tally)
        #expect(tally.heard == 200 && tally.missed == 0 && tally.newest == 199, "\(tally)")
    }

    @Test(arguments: StoreKind.installed)
    func `two who write the same store at once lose nothing`(_ kind: StoreKind) async throws {
        let bench = try StoreBench(kind)
        let first = Int64(241_000)
        let all = (0..<80).map {
            StoreBench.uplink("\($0)", meter: "m\($0 % 3)", from: first + Int64($0), [Int64($0), Int64($0 + 1)])
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for half in 0..<2 {
                let mine = all.enumerated().filter { $0.offset % 2 == half }.map(\.element)
                group.addTask {
                    let store = try bench.open()
                    for uplink in mine { _ = try store.write(ProfileBatch(uplinks: [uplink])) }
                }
            }
            try await group.waitForAll()
        }
        let store = try bench.open()
        for meter in 0..<3 {
            let profile = try StoreBench.profile(store, meter: "m\(meter)")
            for number in 0..<80 where number % 3 == meter {
                #expect(profile.quarter(from: QuarterHour(number: first + Int64(number))) == .use(1))
            }
        }
    }

    @Test(arguments: StoreKind.installed)
    func `days before a day are forgotten and the others stay`(_ kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let store = try bench.open()
        let midnight: Int64 = 2_500 * 96
        _ = try store.write(ProfileBatch(uplinks: [StoreBench.uplink("a", from: midnight - 3, [1, 2, 3, 4, 5])]))
        #expect(try store.forget(before: 2_500) == 1)
        let register = try #require(try store.registers(of: StoreBench.device).first)
        #expect(register.known == QuarterHour(number: midnight)...QuarterHour(number: midnight + 1))
        #expect(try StoreBench.profile(store).quarter(from: QuarterHour(number: midnight)) == .use(1))
    }

    @Test(arguments: StoreKind.installed)
    func `an older uplink does not say how things stand`(_ kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let store = try bench.open()
        _ = try store.write(
            ProfileBatch(uplinks: [StoreBench.uplink("b", counter: 9, from: 241_000, [1], at: 2_000_000_000)]))
        _ = try store.write(
            ProfileBatch(uplinks: [StoreBench.uplink("a", counter: 7, from: 241_000, [1], at: 1_000_000_000)]))
        #expect(try store.devices().first?.heardAt.secondsSince1970 == 2_000_000_000)
    }

    @Test(arguments: StoreKind.installed)
    func `names of any content are values and nothing else`(_ kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        let store = try bench.open()
        let name = "'); DROP TABLE day; --<script>"
        _ = try store.write(
            ProfileBatch(
                uplinks: [StoreBench.uplink("a", meter: name, from: 241_000, [1, 2])],
                troubles: [StoredTrouble(kind: name, at: UTCInstant(secondsSince1970: 0), text: name)]))
        #expect(try StoreBench.profile(store, meter: name).count == 2)
        #expect(try store.troubles().first?.text == name)
    }

    @Test(arguments: StoreKind.installed)
    func `a device that is forgotten is gone with all that was its own`(_ kind: StoreKind) throws {
        let store = try StoreBench(kind).open()
        var told = StoreBench.uplink("a", from: 241_000, [1, 9, 2], breaks: [2])
        told.message = ("alarm", "{}")
        _ = try store.write(ProfileBatch(uplinks: [told]))
        try store.save(requests: [1, 2, 3], of: StoreBench.device)
        #expect(try store.requests(of: StoreBench.device) == [1, 2, 3])
        #expect(try store.messages(of: StoreBench.device, most: 5).map(\.kind) == ["alarm"])
        #expect(try store.forget(StoreBench.device))
        #expect(try store.devices().isEmpty && store.registers(of: StoreBench.device).isEmpty)
        #expect(try store.messages(of: StoreBench.device, most: 5).isEmpty)
        #expect(try store.requests(of: StoreBench.device) == nil)
        #expect(try !store.forget(StoreBench.device))
    }

    @Test(arguments: StoreKind.installed)
    func `a message that comes twice is kept once, the newest first`(_ kind: StoreKind) throws {
        let store = try StoreBench(kind).open()
        for seconds in [1_795_787_111, 1_795_787_222, 1_795_787_111] as [Int64] {
            var uplink = StoreBench.uplink("\(seconds)", from: 241_000, [1], at: seconds)
            uplink.message = ("alarm", "{\"at\":\(seconds)}")
            _ = try store.write(ProfileBatch(uplinks: [uplink]))
        }
        let times = try store.messages(of: StoreBench.device, most: 5).map(\.at.secondsSince1970)
        #expect(times == [1_795_787_222, 1_795_787_111])
    }

    @Test(arguments: StoreKind.installed)
    func `troubles are counted by their kinds, with the words of the last`(_ kind: StoreKind) throws {
        let store = try StoreBench(kind).open()
        for (number, text) in ["first", "second"].enumerated() {
            let at = UTCInstant(secondsSince1970: Int64(number))
            let troubles = ["future", "unreadable"].map { StoredTrouble(kind: $0, count: 3, at: at, text: text) }
            _ = try store.write(ProfileBatch(troubles: troubles))
        }
        let troubles = try store.troubles()
        #expect(troubles.map(\.kind) == ["future", "unreadable"])
        #expect(troubles.allSatisfy { $0.count == 6 && $0.text == "second" })
    }

    @Test(arguments: StoreKind.installed)
    func `registers are in the order in which they came to be known`(_ kind: StoreKind) throws {
        let store = try StoreBench(kind).open()
        let names = (0..<40).map { "meter \($0 * 37 % 40)" }
        _ = try store.write(
            ProfileBatch(uplinks: names.map { StoreBench.uplink($0, meter: $0, from: 241_000, [1, 2]) }))
        #expect(try store.registers(of: StoreBench.device).map(\.meter) == names)
    }

    @Test(arguments: StoreKind.installed)
    func `one of several asks the bridges of a server, and another when that one is gone`(_ kind: StoreKind) throws {
        let bench = try StoreBench(kind)
        var first: (any ProfileStore)? = try bench.open()
        let second = try bench.open()
        #expect(try first?.mayAsk(at: "a") == true)
        #expect(try first?.mayAsk(at: "a") == true)
        #expect(try !second.mayAsk(at: "a"))
        #expect(try second.mayAsk(at: "b"))
        #expect(try first?.mayAsk(at: "b") == false)
        first = nil
        // The server learns of it when its process has read the end of the connection.
        var tries = 0
        while tries < 100, try !second.mayAsk(at: "a") {
            tries += 1
            usleep(20_000)
        }
        #expect(tries < 100)
    }
}
