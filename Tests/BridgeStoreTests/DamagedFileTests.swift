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

/// A state file that is damaged, deleted, or written over.
@Suite(.tags(.campaign), .slow) struct DamagedFileTests {
    let folder: TemporaryFolder
    let eui = DevEUI(rawValue: 0x70B3_D57E_D000_0001)
    let code = OBISCode(1, 0, 1, 8, 0)

    init() throws { folder = try TemporaryFolder() }

    var path: String { folder.path("state.db") }

    func open() throws -> StateStore { try StateStore(path: path, devEUI: eui) }

    func incidents(of store: StateStore) -> [StoreIncident] {
        let told = Mutex<[StoreIncident]>([])
        store.onIncident { incident in told.withLock { $0.append(incident) } }
        return told.withLock { $0 }
    }

    func entries(_ numbers: Range<Int64>) -> [MeterMemory.Entry] {
        numbers.map {
            MeterMemory.Entry(
                code: code,
                interval: IntervalEntry(boundary: QuarterHour(number: $0), value: $0 * 7, series: 0))
        }
    }

    /// Several hundred pages of quarter-hours, and a device.
    func fill(_ count: Int64 = 20_000) throws {
        let store = try open()
        try store.save(StoredDevice(state: [1, 2], nextDevNonce: 9, sequence: 3))
        try store.save(MeterMemory(), entries(0..<count), ofMeter: "main")
    }

    func stored(_ store: StateStore, _ count: Int64 = 20_000) throws -> [IntervalEntry] {
        try store.intervals(
            ofMeter: "main", code: code, in: QuarterHour(number: 0)...QuarterHour(number: count))
    }

    var keptAside: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.url.path)) ?? [])
            .filter { $0.hasPrefix("state.db-damaged-") && !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") }
    }

    func overwrite(at offset: Int, _ bytes: [UInt8]) throws {
        let file = try FileHandle(forUpdating: URL(filePath: path))
        try file.seek(toOffset: UInt64(offset))
        try file.write(contentsOf: bytes)
        try file.close()
    }

    @Test func `what is no database is set aside, and a new one begun`() throws {
        let text = Data(String(repeating: "this is no database\n", count: 200).utf8)
        try text.write(to: URL(filePath: path))
        chmod(path, 0o600)
        let store = try open()
        try store.save(StoredDevice(state: [1], nextDevNonce: 1))
        let aside = try #require(keptAside.first)
        #expect(try Data(contentsOf: folder.url.appending(path: aside)) == text)
        guard case .setAside(_, _, "file is not a database", 0)? = incidents(of: store).first else {
            Issue.record("\(incidents(of: store))")
            return
        }
    }

    @Test func `a page that is torn leaves all others readable in the new file`() throws {
        try fill()
        let pages = try Data(contentsOf: URL(filePath: path)).count / 4_096
        #expect(pages > 100)
        // In the midst of the quarter-hours, which are not checked at the start.
        try overwrite(at: pages / 2 * 4_096, [UInt8](repeating: 0xA5, count: 4_096))
        let store = try open()
        #expect(keptAside.isEmpty)
        let saved = try stored(store)
        #expect(keptAside.count == 1)
        #expect(saved.count > 19_000 && saved.count < 20_000, "\(saved.count)")
        #expect(saved.allSatisfy { $0.value == $0.boundary.number * 7 })
        #expect(try store.device().nextDevNonce == 9)
        #expect(try store.device().state == [1, 2])
    }

    @Test(arguments: [
        "UPDATE device SET state = 5", "UPDATE device SET next_dev_nonce = 'abc'",
        "UPDATE device SET next_dev_nonce = x'FF'", "DROP TABLE pulse; CREATE TABLE waiting2 (id)",
        "DELETE FROM grdb_migrations WHERE identifier LIKE '8%'", "ALTER TABLE device RENAME TO gadget",
    ])
    func `a record or table that is not as it was written is damage, found at the start or when it is used`(
        damage: String
    ) throws {
        try fill(100)
        let database = try DatabaseQueue(path: path)
        try database.write { try $0.execute(sql: damage) }
        try database.close()
        let store = try open()
        try store.save(pulses: [:])
        _ = try store.pulses(ofMeter: "x")
        #expect(keptAside.count == 1)
        #expect(try stored(store, 100).count == 100)
        try store.save(StoredDevice(state: [2], nextDevNonce: 2))
    }

    @Test func `every page of a small file torn in turn, the store works and what it gives out was stored`() throws {
        try fill(200)
        let whole = try Data(contentsOf: URL(filePath: path))
        for page in 0..<whole.count / 4_096 {
            for fill in [0x00, 0xFF, 0x5A] as [UInt8] {
                for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
                try whole.write(to: URL(filePath: path))
                chmod(path, 0o600)
                try overwrite(at: page * 4_096, [UInt8](repeating: fill, count: 4_096))
                let store = try open()
                #expect(try stored(store, 200).allSatisfy { $0.value == $0.boundary.number * 7 })
                try store.save(StoredDevice(state: [7], nextDevNonce: 20, sequence: 9))
                try store.save(MeterMemory(), entries(300..<310), ofMeter: "main")
                #expect(try store.device().state == [7])
            }
        }
        #expect(keptAside.count == DamagedFile.mostKept)
    }

    @Test func `a failed disk is no damage: the file stays where it is`() throws {
        try fill(10)
        let store = try open()
        let blocker = try DatabaseBlocker(path: path)
        #expect(throws: StoreError.self) { try store.save(StoredDevice(state: [3], nextDevNonce: 10)) }
        blocker.release()
        try store.save(StoredDevice(state: [3], nextDevNonce: 10))
        #expect(keptAside.isEmpty)
    }

    @Test func `damage is told again and again while no other file can be opened, and mended when one can`() throws {
        try fill()
        let store = try open()
        let size = try #require(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
        try overwrite(at: size / 2, [UInt8](repeating: 0xFF, count: size / 4))
        #expect(rename(path, path + ".away") == 0 && mkdir(path, 0o700) == 0)
        for _ in 0..<3 {
            #expect(throws: StoreError.self) { try stored(store) }
            #expect(throws: StoreError.self) { try store.save(StoredDevice(state: [3], nextDevNonce: 10)) }
        }
        #expect(rmdir(path) == 0 && rename(path + ".away", path) == 0)
        try store.save(StoredDevice(state: [3], nextDevNonce: 10))
        #expect(try stored(store).count > 5_000)
        #expect(keptAside.count == 1)
    }

    @Test(arguments: ["delete", "empty", "replace"])
    func `a state file that is taken away while in use is there again with the next save`(damage: String) throws {
        try fill(500)
        let store = try open()
        switch damage {
        case "empty": #expect(truncate(path, 0) == 0)
        case "replace":
            try FileManager.default.moveItem(atPath: path, toPath: path + ".old")
            try FileManager.default.copyItem(atPath: path + ".old", toPath: path)
        default: for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
        }
        try store.save(StoredDevice(state: [2], nextDevNonce: 12, sequence: 4))
        #expect(incidents(of: store).count == 1)
        if damage != "empty" { #expect(try stored(store, 500).count == 500) }
        // Another one on the file that is there now is refused.
        #expect(throws: StoreError.inUse(path: path + "-safety")) {
            try store.safety.write(.init(sequence: 1, bytes: [1]))
            _ = try open()
        }
        let again = try DatabaseQueue(path: path)
        #expect(try again.read { try Int64.fetchOne($0, sql: "SELECT next_dev_nonce FROM device") } == 12)
    }
}
