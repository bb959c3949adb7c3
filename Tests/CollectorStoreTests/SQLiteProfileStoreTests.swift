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

    @Test func `a failing batch leaves nothing behind`() throws {
        let store = try SQLiteProfileStore(path: path)
        _ = try store.write(ProfileBatch(uplinks: [StoreBench.uplink("a", from: 241_000, [1, 2])]))
        let database = try DatabaseQueue(path: path)
        try database.write { try $0.execute(sql: "UPDATE day SET content = x'FF'") }
        #expect(throws: ProfileStoreError.self) {
            try store.write(
                ProfileBatch(uplinks: [
                    StoreBench.uplink("b", meter: "other", from: 241_000, [5]),
                    StoreBench.uplink("c", from: 241_001, [2, 3]),
                ]))
        }
        #expect(try store.registers(of: StoreBench.device).map(\.meter) == ["main"])
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
        _ = try store.write(
            ProfileBatch(uplinks: [StoreBench.uplink("a", meter: "secretname", from: 241_000, [1, 2])]))
        #expect(try store.forget(StoreBench.device))
        #expect(try store.devices() == [] && store.registers(of: StoreBench.device) == [])
        #expect(try !store.forget(StoreBench.device))
        for file in [path, path + "-wal"] {
            let bytes = FileManager.default.contents(atPath: file) ?? Data()
            #expect(bytes.range(of: Data("secretname".utf8)) == nil)
        }
    }

    @Test func `a backup is whole and never written over another file`() throws {
        let store = try SQLiteProfileStore(path: path)
        _ = try store.write(ProfileBatch(uplinks: [StoreBench.uplink("a", from: 241_000, [1, 2])]))
        let copy = folder.path + "/copy.db"
        try store.backup(to: copy)
        #expect(try StoreBench.profile(SQLiteProfileStore(path: copy)) == StoreBench.profile(store))
        #expect(throws: ProfileStoreError.self) { try store.backup(to: copy) }
    }
}
