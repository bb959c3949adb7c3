import Foundation
import HardwareSimulators
import LoRaWAN
import MeterValues
import Testing
import Timekeeping

@testable import UplinkBridge

/// A real file system of one megabyte, which only root may mount; skipped without it.
private final class SmallDisk {
    let path: String
    private let folder: TemporaryFolder

    /// nil where this user may not mount.
    init?() throws {
        folder = try TemporaryFolder()
        path = folder.path("disk")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        guard Self.mount(["-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs", path]) else { return nil }
    }

    deinit { _ = Self.run("umount", ["-l", path]) }

    /// Until not a byte more goes on it.
    func fill() {
        let file = path + "/ballast"
        _ = FileManager.default.createFile(atPath: file, contents: nil)
        guard let handle = FileHandle(forWritingAtPath: file) else { return }
        defer { try? handle.close() }
        for count in [65_536, 4_096, 1] {
            while (try? handle.write(contentsOf: Data(repeating: 0, count: count))) != nil {}
        }
    }

    func relieve() { unlink(path + "/ballast") }

    private static func mount(_ arguments: [String]) -> Bool { run("mount", arguments) }

    private static func run(_ tool: String, _ arguments: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [tool] + arguments
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}

@Suite struct RealDiskTests {
    let code = OBISCode(1, 0, 1, 8, 0)

    func save(_ store: StateStore, _ boundary: Int64) -> StoreError? {
        let interval = IntervalEntry(boundary: QuarterHour(number: boundary), value: boundary, series: 0)
        do {
            try store.save(MeterMemory(), [.init(code: code, interval: interval)], ofMeter: "main")
            return nil
        } catch {
            return error
        }
    }

    func stored(_ store: StateStore) throws -> [Int64] {
        try store.intervals(
            ofMeter: "main", code: code, in: QuarterHour(number: 0)...QuarterHour(number: 100_000)
        ).map(\.value)
    }

    @Test func `on a file system that is full sending goes on, and all is stored when there is room`() throws {
        guard let disk = try SmallDisk() else { return }
        let bench = try LinkBench()
        bench.path = disk.path + "/state.db"
        let store = try bench.openStore()
        let link = try bench.makeLink(seed: 1, store: store)
        bench.run(link, for: .minutes(10)) { link.isReady }
        disk.fill()
        var failures = 0
        for number in 0..<200 as Range<Int64> {
            if save(store, number) != nil { failures += 1 }
            if number.isMultiple(of: 10) {
                try link.send(Uplink(port: 1, payload: [UInt8(number)]))
                bench.run(link, for: .minutes(5))
            }
        }
        #expect(failures > 100, "\(failures)")
        #expect(bench.server.uplinks.count { $0.port == 1 } == 20)
        #expect(bench.events.contains { if case .storedInSafetyFile = $0 { true } else { false } })
        #expect(try stored(store) == Array(0..<200))
        disk.relieve()
        #expect(save(store, 200) == nil)
        try link.send(Uplink(port: 1, payload: [255]))
        bench.run(link, for: .minutes(5))
        #expect(bench.server.rejected.isEmpty)
        #expect(try store.device().nextDevNonce == 1)
        let another = try DatabaseBlocker(path: bench.path, locking: false)
        try another.execute("SELECT 1")
        #expect(try stored(store) == Array(0...200))
    }

    @Test func `a start on a full disk takes the session up`() throws {
        guard let disk = try SmallDisk() else { return }
        let bench = try LinkBench()
        bench.path = disk.path + "/state.db"
        var link: LoRaWANLink? = try bench.makeLink(seed: 1)
        if let link { bench.run(link, for: .minutes(10)) { link.isReady } }
        link = nil
        disk.fill()
        let again = try bench.makeLink(seed: 2)
        bench.run(again, for: .minutes(1))
        #expect(again.isReady)
        try again.send(Uplink(port: 1, payload: [7]))
        bench.run(again, for: .hours(2))
        #expect(bench.server.uplinks.last?.payload == [7])
        #expect(bench.server.rejected.isEmpty)
    }
}
