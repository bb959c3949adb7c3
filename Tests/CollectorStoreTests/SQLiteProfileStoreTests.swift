import CollectorStore
import Foundation
import GRDB
import LoadProfile
import MeterValues
import ServerEvents
import Testing
import Timekeeping

@Suite struct SQLiteProfileStoreTests {
    private let folder = TemporaryFolder()
    private var path: String { folder.path + "/profile.db" }
    private let device = DeviceIdentifier(rawValue: 0xF0B3_D57E_D001_2345)

    private func uplink(
        _ identity: String, counter: UInt32 = 1, meter: String = "main", from first: Int64, _ values: [Int64?],
        breaks: Set<Int> = [], at seconds: Int64 = 1_795_787_111
    ) -> StoredUplink {
        var series: UInt32 = 0
        var places: [IntervalEntry?] = []
        for (index, value) in values.enumerated() {
            if breaks.contains(index) { series += 1 }
            let boundary = QuarterHour(number: first + Int64(index))
            places.append(value.map { IntervalEntry(boundary: boundary, value: $0, series: series) })
        }
        let report = RegisterReport(
            meter: meter, register: "import_kwh", unit: .kilowattHour, step: 1,
            newest: QuarterHour(number: first + Int64(values.count - 1)), places: places.reversed())
        let event = UplinkEvent(
            device: device, identity: identity, port: 2, counter: counter, payload: [],
            receivedAt: UTCInstant(secondsSince1970: seconds),
            radio: .init(gateway: "gw", signal: -97, noiseRatio: 7.5, spreadingFactor: 9, bandwidth: 125_000),
            address: DeviceAddress(server: .chirpStack, application: "17c8", name: "cellar"))
        return StoredUplink(
            event: event, receivedAt: UTCInstant(secondsSince1970: seconds), fleet: "p1lora.toml", registers: [report])
    }

    private func profile(_ store: SQLiteProfileStore, meter: String = "main") throws -> RegisterProfile {
        let register = try #require(try store.registers(of: device).first { $0.meter == meter })
        return try store.profile(of: register, days: register.known.lowerBound.day...register.known.upperBound.day)
    }

    @Test func `what was written is there after the file was opened anew`() throws {
        let first: Int64 = 241_000
        do {
            let store = try SQLiteProfileStore(path: path)
            _ = try store.write(
                ProfileBatch(uplinks: [uplink("a", from: first, [100, nil, 112, 5], breaks: [3])]))
        }
        let store = try SQLiteProfileStore(path: path)
        let profile = try profile(store)
        #expect(profile.register(at: QuarterHour(number: first + 2)) == 112)
        #expect(profile.quarter(from: QuarterHour(number: first)) == .unknown)
        #expect(profile.quarter(from: QuarterHour(number: first + 2)) == .newSeries)
        let stored = try #require(try store.devices().first)
        #expect(stored.device == device && stored.radio.spreadingFactor == 9 && stored.address.name == "cellar")
        #expect(try store.registers(of: device).first?.unit == .kilowattHour)
    }

    @Test func `uplinks in any order and batches of any size make the same profile`() throws {
        let first: Int64 = 240_950
        let values = (0..<300).map { (number: Int) -> Int64? in number % 23 == 9 ? nil : Int64(1_000 + number * 3) }
        let uplinks = stride(from: 0, to: 280, by: 12).map { start in
            uplink("\(start)", counter: UInt32(start), from: first + Int64(start), Array(values[start..<start + 20]))
        }
        var wanted = RegisterProfile()
        for uplink in uplinks { _ = wanted.merge(uplink.registers[0]) }
        for (number, size) in [1, 7, 100].enumerated() {
            let store = try SQLiteProfileStore(path: "\(path)\(number)")
            var rest = uplinks.shuffled()[...] + uplinks.prefix(9)
            while !rest.isEmpty {
                _ = try store.write(ProfileBatch(uplinks: Array(rest.prefix(size))))
                rest = rest.dropFirst(size)
            }
            #expect(try profile(store) == wanted)
            #expect(try store.devices().first?.tally.repeated == 9)
        }
    }

    @Test func `two who write the same file at once lose nothing`() async throws {
        let (path, first) = (path, Int64(241_000))
        let all = (0..<80).map {
            uplink("\($0)", meter: "m\($0 % 3)", from: first + Int64($0), [Int64($0), Int64($0 + 1)])
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for half in 0..<2 {
                let mine = all.enumerated().filter { $0.offset % 2 == half }.map(\.element)
                group.addTask {
                    let store = try SQLiteProfileStore(path: path)
                    for uplink in mine { _ = try store.write(ProfileBatch(uplinks: [uplink])) }
                }
            }
            try await group.waitForAll()
        }
        let store = try SQLiteProfileStore(path: path)
        for meter in 0..<3 {
            let profile = try profile(store, meter: "m\(meter)")
            for number in 0..<80 where number % 3 == meter {
                #expect(profile.quarter(from: QuarterHour(number: first + Int64(number))) == .use(1))
            }
        }
    }

    @Test func `a failing batch leaves nothing behind`() throws {
        let store = try SQLiteProfileStore(path: path)
        _ = try store.write(ProfileBatch(uplinks: [uplink("a", from: 241_000, [1, 2])]))
        let database = try DatabaseQueue(path: path)
        try database.write { try $0.execute(sql: "UPDATE day SET content = x'FF'") }
        #expect(throws: ProfileStoreError.self) {
            try store.write(
                ProfileBatch(uplinks: [
                    uplink("b", meter: "other", from: 241_000, [5]), uplink("c", from: 241_001, [2, 3]),
                ]))
        }
        #expect(try store.registers(of: device).map(\.meter) == ["main"])
    }

    @Test func `a file of a newer version is refused in words and left as it is`() throws {
        _ = try SQLiteProfileStore(path: path)
        let database = try DatabaseQueue(path: path)
        try database.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('2 something of the future')") }
        #expect(throws: ProfileStoreError.newerVersion(place: path)) { try SQLiteProfileStore(path: path) }
    }

    @Test func `what is no database is refused and left as it is`() throws {
        try "device,meter\n".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(throws: ProfileStoreError.self) { try SQLiteProfileStore(path: path) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "device,meter\n")
    }

    @Test func `the file is its owner's alone and is made only where something is written`() throws {
        #expect(throws: ProfileStoreError.self) { try SQLiteProfileStore(path: path, mustExist: true) }
        #expect(!FileManager.default.fileExists(atPath: path))
        _ = try SQLiteProfileStore(path: path)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func `a device that is forgotten leaves no byte of its registers`() throws {
        let store = try SQLiteProfileStore(path: path)
        _ = try store.write(ProfileBatch(uplinks: [uplink("a", meter: "secretname", from: 241_000, [1, 2])]))
        #expect(try store.forget(device))
        #expect(try store.devices() == [] && store.registers(of: device) == [])
        #expect(try !store.forget(device))
        for file in [path, path + "-wal"] {
            let bytes = FileManager.default.contents(atPath: file) ?? Data()
            #expect(bytes.range(of: Data("secretname".utf8)) == nil)
        }
    }

    @Test func `days before a day are forgotten and the others stay`() throws {
        let store = try SQLiteProfileStore(path: path)
        let midnight: Int64 = 2_500 * 96
        _ = try store.write(ProfileBatch(uplinks: [uplink("a", from: midnight - 3, [1, 2, 3, 4, 5])]))
        #expect(try store.forget(before: 2_500) == 1)
        let register = try #require(try store.registers(of: device).first)
        #expect(register.known == QuarterHour(number: midnight)...QuarterHour(number: midnight + 1))
        #expect(try profile(store).quarter(from: QuarterHour(number: midnight)) == .use(1))
    }

    @Test func `a backup is whole and never written over another file`() throws {
        let store = try SQLiteProfileStore(path: path)
        _ = try store.write(ProfileBatch(uplinks: [uplink("a", from: 241_000, [1, 2])]))
        let copy = folder.path + "/copy.db"
        try store.backup(to: copy)
        #expect(try profile(SQLiteProfileStore(path: copy)) == profile(store))
        #expect(throws: ProfileStoreError.self) { try store.backup(to: copy) }
    }

    @Test func `an older uplink does not say how things stand`() throws {
        let store = try SQLiteProfileStore(path: path)
        _ = try store.write(ProfileBatch(uplinks: [uplink("b", counter: 9, from: 241_000, [1], at: 2_000_000_000)]))
        _ = try store.write(ProfileBatch(uplinks: [uplink("a", counter: 7, from: 241_000, [1], at: 1_000_000_000)]))
        #expect(try store.devices().first?.heardAt.secondsSince1970 == 2_000_000_000)
    }

    @Test func `names of any content are values and nothing else`() throws {
        let store = try SQLiteProfileStore(path: path)
        let name = "'); DROP TABLE day; --<script>"
        _ = try store.write(
            ProfileBatch(
                uplinks: [uplink("a", meter: name, from: 241_000, [1, 2])],
                troubles: [StoredTrouble(kind: name, at: UTCInstant(secondsSince1970: 0), text: name)]))
        #expect(try profile(store, meter: name).count == 2)
        #expect(try store.troubles().first?.text == name)
    }
}

extension RegisterProfile {
    fileprivate var count: Int { days.values.reduce(0) { $0 + $1.count } }
}

/// A folder that goes with the test.
final class TemporaryFolder: Sendable {
    let path = FileManager.default.temporaryDirectory.path + "/collector-\(UUID().uuidString)"

    init() { try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
