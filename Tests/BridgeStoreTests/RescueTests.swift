import Foundation
import GRDB
import Glibc
import LoRaWAN
import MeterValues
import Synchronization
import TestSupport
import TestTags
import Testing

@testable import BridgeStore

/// What a rescue of a damaged state file leaves when it is interrupted, and what it gets back.
@Suite(.tags(.campaign), .slow) struct RescueTests {
    let folder: TemporaryFolder
    let eui = DevEUI(rawValue: 0x70B3_D57E_D000_0001)
    let code = OBISCode(1, 0, 1, 8, 0)
    static let count: Int64 = 6_000

    init() throws { folder = try TemporaryFolder() }

    func open(
        _ path: String? = nil, progress: @escaping @Sendable (String) -> Void = { _ in }
    ) throws -> StateStore {
        try StateStore(path: path ?? folder.path("state.db"), devEUI: eui, progress: progress)
    }

    /// A file of whole quarter-hours, whose table `waiting` has no root any more.
    func makeDamaged() throws {
        do {
            let store = try open()
            let entries = (0..<Self.count).map {
                MeterMemory.Entry(
                    code: code, interval: IntervalEntry(boundary: QuarterHour(number: $0), value: $0, series: 0))
            }
            try store.save(MeterMemory(), entries, ofMeter: "main")
            try store.save(StoredDevice(state: [1, 2], nextDevNonce: 9, sequence: 3))
        }
        try overwriteRoot(of: "waiting", at: folder.path("state.db"))
    }

    func overwriteRoot(of table: String, at path: String) throws {
        let database = try DatabaseQueue(path: path)
        let page = try database.read {
            try Int.fetchOne($0, sql: "SELECT rootpage FROM sqlite_master WHERE name = ?", arguments: [table])
        }
        try database.close()
        let file = try FileHandle(forUpdating: URL(filePath: path))
        try file.seek(toOffset: UInt64((try #require(page) - 1) * 4_096))
        try file.write(contentsOf: Data(repeating: 0xFF, count: 64))
        try file.close()
    }

    func count(_ store: StateStore) throws -> Int {
        try store.intervals(
            ofMeter: "main", code: code, in: QuarterHour(number: 0)...QuarterHour(number: Self.count)
        ).count
    }

    func incidents(of store: StateStore) -> [StoreIncident] {
        let told = Mutex<[StoreIncident]>([])
        store.onIncident { incident in told.withLock { $0.append(incident) } }
        return told.withLock { $0 }
    }

    @Test func `whenever a rescue is interrupted, the next start has all rows and tells of it`() throws {
        try makeDamaged()
        let images = Mutex<[String]>([])
        // What a cut of the power leaves: the files as they are at that moment.
        let elsewhere = try TemporaryFolder()
        let (source, root) = (folder.url, elsewhere.url)
        _ = try open { _ in
            let image = root.appending(path: "\(images.withLock { $0.count })")
            try? FileManager.default.copyItem(at: source, to: image)
            images.withLock { $0.append(image.path) }
        }
        let taken = images.withLock { $0 }
        #expect(taken.count > 10)
        for image in taken {
            let store = try open(image + "/state.db")
            #expect(try count(store) == Int(Self.count), "\(image)")
            #expect(try store.device().nextDevNonce == 9)
            #expect(incidents(of: store).count == 1)
        }
        _ = elsewhere
    }

    @Test func `a rescue that is whole but not yet in its place is put there, not begun anew`() throws {
        try makeDamaged()
        let path = folder.path("state.db")
        do { _ = try open() }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
        let aside = try #require(names.first { $0.hasPrefix("state.db-damaged-") && !$0.hasSuffix("-wal") })
        // Between the renames the power failed: with the damaged file still in its place, and without.
        for isBetween in [false, true] {
            #expect(rename(path, path + "-rescued") == 0)
            if !isBetween { try FileManager.default.copyItem(atPath: folder.path(aside), toPath: path) }
            // Of the damaged file: in the log of another it would be damage.
            try Data(repeating: 7, count: 5_000).write(to: URL(filePath: path + "-wal"))
            chmod(path + "-wal", 0o600)
            let store = try open()
            #expect(try count(store) == Int(Self.count))
            #expect(incidents(of: store).count == 1)
            #expect(!FileManager.default.fileExists(atPath: path + "-rescued"))
        }
    }

    @Test(arguments: [true, false])
    func `a rescue that failed at its end while the service runs goes on there, and is not begun anew`(
        isInPlace: Bool
    ) throws {
        try makeDamaged()
        let path = folder.path("state.db")
        let lock = try FileLock(path: path)
        let opener = StateOpener(path: path, devEUI: eui) { _ in }
        do { _ = try opener.beginAnew(after: "test", lock: lock) }
        if !isInPlace { #expect(rename(path, path + "-rescued") == 0) }
        let (database, incident) = try opener.beginAnew(after: "test", lock: lock)
        #expect(
            try database.queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM interval") } == Int(Self.count))
        guard case .setAside(_, _, "test", let rows)? = incident else {
            Issue.record("not told: \(incident.map { "\($0)" } ?? "nothing")")
            return
        }
        #expect(rows >= Int(Self.count))
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
        #expect(names.count { $0.hasPrefix("state.db-damaged-") && !$0.hasSuffix("-wal") } == 1)
    }

    @Test func `without room for a rescue the start refuses, and has all rows when there is room`() throws {
        try makeDamaged()
        guard let disk = try SmallDisk() else { return }
        let path = disk.path + "/state.db"
        try FileManager.default.copyItem(atPath: folder.path("state.db"), toPath: path)
        disk.fill()
        let error = #expect(throws: StoreError.self) { try open(path) }
        #expect(error?.description.contains("no room to rescue") == true, "\(error?.description ?? "")")
        let names = try FileManager.default.contentsOfDirectory(atPath: disk.path)
        #expect(names.contains("state.db") && !names.contains { $0.contains("rescue") || $0.contains("damaged") })
        disk.relieve()
        let store = try open(path)
        #expect(try count(store) == Int(Self.count))
    }

    @Test func `what is kept of older damage gives way where a rescue has no room`() throws {
        try makeDamaged()
        guard let disk = try SmallDisk() else { return }
        let path = disk.path + "/state.db"
        try FileManager.default.copyItem(atPath: folder.path("state.db"), toPath: path)
        try Data(repeating: 1, count: 500_000).write(to: URL(filePath: path + "-damaged-20260101T000000.000Z"))
        disk.fill()
        #expect(try count(open(path)) == Int(Self.count))
    }

    @Test(arguments: [
        ("unable to get the page. error code=266", true),
        ("Tree 7 page 9: btreeInitPage() returns error code 11", false),
        ("*** in database main ***\nTree 5 page 7: btreeInitPage() returns error code 522", true),
        ("Tree 4 page 4: free space corruption", false), ("no answer", false),
    ])
    func `what the check could not read is no damage`(finding: String, mayPass: Bool) {
        let error = StoreError(finding: finding, path: "s")
        #expect(error == (mayPass ? .unusable(path: "s", reason: finding) : .damaged(path: "s", reason: finding)))
    }

    @Test(arguments: ["", "-wal", "-safety"])
    func `a file with session keys that others can read is refused`(suffix: String) throws {
        let path = folder.path("state.db")
        do { try open().safety.write(.init(sequence: 1, bytes: [1])) }
        if suffix == "-wal" { _ = FileManager.default.createFile(atPath: path + suffix, contents: nil) }
        for mode in [0o640, 0o604, 0o620, 0o644] as [mode_t] {
            #expect(chmod(path + suffix, mode) == 0)
            #expect(throws: StoreError.openToOthers(path: path + suffix)) { try open() }
        }
        #expect(chmod(path + suffix, 0o600) == 0)
        _ = try open()
    }
}
