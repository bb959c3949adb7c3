import Foundation
import GRDB
import Glibc
import LoRaWAN
import Testing
import UplinkBridge

/// A folder that is gone with its owner.
final class TemporaryFolder {
    let url = FileManager.default.temporaryDirectory.appending(path: "p1lora-test-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appending(path: name).path }
}

@Suite struct StateStoreTests {
    let folder: TemporaryFolder
    let eui = DevEUI(rawValue: 0x70B3_D57E_D000_0001)

    init() throws { folder = try TemporaryFolder() }

    @Test func `what was saved last is there after a restart, in a file for its owner only`() throws {
        let path = folder.path("new/folder/state.db")
        do {
            let store = try StateStore(path: path, devEUI: eui)
            #expect(try store.device() == StoredDevice(state: nil, nextDevNonce: 0))
            try store.save(StoredDevice(state: [1, 2, 3], nextDevNonce: 7))
            try store.save(StoredDevice(state: [4], nextDevNonce: 8))
        }
        let again = try StateStore(path: path, devEUI: eui)
        #expect(try again.device() == StoredDevice(state: [4], nextDevNonce: 8))
        for name in [path, path + "-wal"] where FileManager.default.fileExists(atPath: name) {
            let mode = try FileManager.default.attributesOfItem(atPath: name)[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(name)")
        }
    }

    @Test func `the DevNonce beside the record never goes back`() throws {
        let store = try StateStore(path: folder.path("state.db"), devEUI: eui)
        try store.save(StoredDevice(state: [1], nextDevNonce: 9))
        try store.save(StoredDevice(state: [1], nextDevNonce: 3))
        #expect(try store.device().nextDevNonce == 9)
    }

    @Test func `a state file of another DevEUI is refused and stays as it is`() throws {
        let path = folder.path("state.db")
        try StateStore(path: path, devEUI: eui).save(StoredDevice(state: [5], nextDevNonce: 1))
        #expect(
            throws: StoreError.otherDevice(path: path, found: "70B3D57ED0000001", expected: "70B3D57ED0000002")
        ) { try StateStore(path: path, devEUI: DevEUI(rawValue: 0x70B3_D57E_D000_0002)) }
        #expect(try StateStore(path: path, devEUI: eui).device().state == [5])
    }

    @Test func `a state file that is in use is refused, and free again afterwards`() throws {
        let path = folder.path("state.db")
        do {
            let first = try StateStore(path: path, devEUI: eui)
            #expect(throws: StoreError.inUse(path: path)) { try StateStore(path: path, devEUI: eui) }
            try first.save(StoredDevice(state: [1], nextDevNonce: 1))
        }
        #expect(try StateStore(path: path, devEUI: eui).device().state == [1])
    }

    @Test(arguments: ["delete", "empty", "replace"])
    func `a state file that is taken away while in use is an error, not a save`(damage: String) throws {
        let path = folder.path("state.db")
        let store = try StateStore(path: path, devEUI: eui)
        try store.save(StoredDevice(state: [1], nextDevNonce: 1))
        switch damage {
        case "empty": #expect(truncate(path, 0) == 0)
        case "replace":
            try FileManager.default.moveItem(atPath: path, toPath: path + ".old")
            try FileManager.default.copyItem(atPath: path + ".old", toPath: path)
        default: try FileManager.default.removeItem(atPath: path)
        }
        #expect(throws: StoreError.replaced(path: path)) { try store.save(StoredDevice(state: [2], nextDevNonce: 2)) }
    }

    @Test(arguments: [
        "UPDATE device SET state = 5", "UPDATE device SET next_dev_nonce = 'abc'",
        "UPDATE device SET next_dev_nonce = x'FF'",
    ])
    func `a damaged value in the state file is an error`(damage: String) throws {
        let path = folder.path("state.db")
        try StateStore(path: path, devEUI: eui).save(StoredDevice(state: [1], nextDevNonce: 1))
        let database = try DatabaseQueue(path: path)
        try database.write { try $0.execute(sql: damage) }
        try database.close()
        let store = try StateStore(path: path, devEUI: eui)
        do {
            _ = try store.device()
            Issue.record("read")
        } catch {
            guard case .damaged = error else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test func `a save into a file that lost its record is an error`() throws {
        let path = folder.path("state.db")
        let store = try StateStore(path: path, devEUI: eui)
        let database = try DatabaseQueue(path: path)
        try database.write { try $0.execute(sql: "DELETE FROM device") }
        #expect(throws: StoreError.replaced(path: path)) { try store.save(StoredDevice(state: [2], nextDevNonce: 2)) }
    }

    @Test func `what can't be a state file says so`() throws {
        let path = folder.path("text.db")
        try Data(String(repeating: "this is no database\n", count: 200).utf8).write(to: URL(filePath: path))
        #expect(throws: StoreError.damaged(path: path, reason: "file is not a database")) {
            try StateStore(path: path, devEUI: eui)
        }
        #expect(throws: StoreError.self) { try StateStore(path: "/proc/state.db", devEUI: eui) }
        #expect(throws: StoreError.self) { try StateStore(path: folder.url.path, devEUI: eui) }
    }
}
