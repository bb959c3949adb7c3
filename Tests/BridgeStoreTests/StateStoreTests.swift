import Foundation
import GRDB
import Glibc
import LoRaWAN
import MeterValues
import Synchronization
import TestSupport
import Testing

@testable import BridgeStore

@Suite struct StateStoreTests {
    /// On a disk that fails for years. Told through a function that grows with each, the last ones overflowed the stack.
    @Test func `however many incidents there are, each is told alone`() throws {
        let folder = try TemporaryFolder()
        let store = try StateStore(path: folder.path("state.db"), devEUI: DevEUI(rawValue: 1))
        let told = Mutex(0)
        store.onIncident { _ in told.withLock { $0 += 1 } }
        for count in 0..<300_000 { store.note(.quarterHoursLost(meter: "main", count: count)) }
        #expect(told.withLock { $0 } == 300_000)
    }

    @Test(arguments: [Int64.min, -9_000_000_000_000_000, -1, 1 << 21, Int64.max])
    func `a boundary that no frame can name is of a damaged file, and not the newest`(number: Int64) throws {
        let folder = try TemporaryFolder()
        let store = try StateStore(path: folder.path("state.db"), devEUI: DevEUI(rawValue: 1))
        let entry = IntervalEntry(boundary: QuarterHour(number: 5), value: 1, series: 0)
        try store.save(MeterMemory(), [.init(code: OBISCode(1, 0, 1, 8, 0), interval: entry)], ofMeter: "main")
        let other = try DatabaseQueue(path: folder.path("state.db"))
        try other.write { database in
            let columns = try database.columns(in: "interval").map(\.name).filter { $0 != "boundary" }
            let list = columns.joined(separator: ", ")
            try database.execute(
                sql: "INSERT INTO interval (boundary, \(list)) SELECT ?, \(list) FROM interval", arguments: [number])
        }
        #expect(try store.newestBoundary(ofMeter: "main") == QuarterHour(number: 5))
        #expect(try store.newestBoundary(ofMeter: "main", notAfter: QuarterHour(number: .max))?.number == 5)
    }

    let folder: TemporaryFolder
    let eui = DevEUI(rawValue: 0x70B3_D57E_D000_0001)

    init() throws { folder = try TemporaryFolder() }

    @Test func `a folder that can't be made is told in words, with the part that failed`() {
        let error = #expect(throws: StoreError.self) {
            try StateStore(path: "/proc/nowhere/deep/state.db", devEUI: eui)
        }
        #expect(
            error?.description.hasPrefix("/proc/nowhere: making this folder failed: No such file or directory.")
                == true,
            "\(error?.description ?? "")")
    }

    @Test func `what was saved last is there after a restart, in a file for its owner only`() throws {
        let path = folder.path("new/folder/state.db")
        do {
            let store = try StateStore(path: path, devEUI: eui)
            #expect(try store.device() == StoredDevice(state: nil, nextDevNonce: 0))
            try store.save(StoredDevice(state: [1, 2, 3], nextDevNonce: 7))
            try store.save(StoredDevice(state: [4], nextDevNonce: 8, sequence: 2))
        }
        let again = try StateStore(path: path, devEUI: eui)
        #expect(try again.device() == StoredDevice(state: [4], nextDevNonce: 8, sequence: 2))
        try again.safety.write(.init(sequence: 1, bytes: [1]))
        for name in [path, path + "-wal", path + "-safety"] where FileManager.default.fileExists(atPath: name) {
            let mode = try FileManager.default.attributesOfItem(atPath: name)[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(name)")
        }
    }

    @Test func `a commit is on the disk before it returns, also after the file was opened anew`() throws {
        let path = folder.path("state.db")
        let store = try StateStore(path: path, devEUI: eui)
        func modes() throws -> [String?] {
            try ["synchronous", "journal_mode"].map { name in
                try store.read { try String.fetchOne($0, sql: "PRAGMA \(name)") }
            }
        }
        #expect(try modes() == ["2", "wal"])
        for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
        try store.save(StoredDevice(state: [1], nextDevNonce: 1))
        #expect(try modes() == ["2", "wal"])
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

    @Test func `what can't be a state file says so`() throws {
        #expect(throws: StoreError.self) { try StateStore(path: "/proc/state.db", devEUI: eui) }
        #expect(throws: StoreError.self) { try StateStore(path: folder.url.path, devEUI: eui) }
    }
}
