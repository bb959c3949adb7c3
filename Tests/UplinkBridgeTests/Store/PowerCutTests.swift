import Foundation
import GRDB
import Glibc
import HardwareSimulators
import LoRaWAN
import MeterValues
import Synchronization
import TestSupport
import TestTags
import Testing
import Timekeeping

@testable import BridgeStore
@testable import UplinkBridge

/// The bridge on a disk that loses what was not synced, fails one operation in twenty-five, and is damaged between two
/// starts. `P1LORA_POWER_CUTS` says how many cuts, and that they must not be skipped; `P1LORA_SEED` which.
@Suite(.tags(.campaign), .slow, .serialized) struct PowerCutTests {
    static let wanted = ProcessInfo.processInfo.environment["P1LORA_POWER_CUTS"].flatMap { Int($0) }
    static let seed = ProcessInfo.processInfo.environment["P1LORA_SEED"].flatMap { UInt64($0) } ?? 1

    @Test func `no cut, damage or failing operation brings a counter back or loses a stored quarter-hour`() throws {
        let disk: ForgetfulDisk
        do {
            disk = try ForgetfulDisk()
        } catch ForgetfulDisk.Missing.because(let reason) {
            print("SKIPPED: the power-cut test: \(reason)")
            #expect(Self.wanted == nil, "\(reason)")
            return
        }
        let run = try PowerCutRun(disk, seed: Self.seed)
        for cycle in 0..<(Self.wanted ?? 25) { try run.cycle(cycle) }
        run.audit()
        print(run.summary)
    }
}

/// One bridge through many cuts.
private final class PowerCutRun {
    private let disk: ForgetfulDisk
    private let bench: LinkBench
    private var random: SeededGenerator
    /// What the store has said it has stored.
    private var stored: Set<Int64> = []
    private var next: Int64 = 1
    private var (starts, refusals, damages) = (0, 0, 0)
    private var told: [String] = []
    private var rejected = 0
    /// On a disk that fails now and then, and is not cut.
    private var saves = (done: 0, refused: 0)
    private var isWhole = false
    /// What happened in the last cycles, for who has to find out why one failed.
    private var history: [String] = []
    private let code = OBISCode(1, 0, 1, 8, 0)

    private enum Damage: CaseIterable {
        case rootOfTable, log, safetyFile, garbage
    }

    init(_ disk: ForgetfulDisk, seed: UInt64) throws {
        self.disk = disk
        bench = try LinkBench(
            TestConfiguration.minimal.replacing("[lorawan]", with: "[lorawan]\ndaily_airtime = \"off\""))
        bench.path = disk.mount + "/state.db"
        random = SeededGenerator(seed: seed)
    }

    private func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    func cycle(_ number: Int) throws {
        let damage = chance(25) ? try inflict(Damage.allCases.randomElement(using: &random) ?? .log) : nil
        let failing = chance(40) ? 40 : 0
        let cutAt = chance(60) ? Int.random(in: 1...80, using: &random) : 0
        history.append(
            "\(number): damage \(damage.map { "\($0)" } ?? "none"), failing \(failing), cut at \(cutAt), "
                + "on the disk \(files(in: disk.back)), \(safeRecords) safe")
        history.removeFirst(max(0, history.count - 12))
        try disk.switchOn(seed: Int.random(in: 0..<1_000_000, using: &random), cutAt: cutAt, failing: failing)
        bench.events = []
        isWhole = cutAt == 0
        try live(damage, isFailing: failing > 0 || cutAt > 0, number)
        disk.cut()
        disk.unmount()
        if bench.server.rejected.count > rejected {
            rejected = bench.server.rejected.count
            Issue.record("\(number): \(bench.server.rejected.last as Any)\n\(history.joined(separator: "\n"))")
        }
        // What an unclean start takes of the law's air-time is free again.
        bench.world.run(until: bench.world.now + .hours(1))
    }

    private func live(_ damage: Damage?, isFailing: Bool, _ number: Int) throws {
        let store: StateStore
        let link: LoRaWANLink
        do {
            store = try bench.openStore()
            link = try bench.makeLink(seed: UInt64(number), store: store)
        } catch {
            refusals += 1
            history.append("\(number): refused, \(error)")
            #expect(isFailing, "\(number): \(error)")
            return
        }
        starts += 1
        let incidents = Mutex<[StoreIncident]>([])
        store.onIncident { incident in incidents.withLock { $0.append(incident) } }
        check(store, isFailing: isFailing, number)
        if damage == .rootOfTable || damage == .garbage {
            #expect(!incidents.withLock { $0.isEmpty } || isFailing, "\(number): nothing was told of the damage")
        }
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            save(store)
            if link.isReady { try? link.send(Uplink(port: 1, payload: [UInt8(truncatingIfNeeded: number)])) }
            bench.run(link, for: .seconds(20))
        }
        let isClosed = chance(20)
        if isClosed { link.close() }
        history.append(
            "\(number): stored \(stored.sorted().suffix(6)), \(incidents.withLock { $0 }), closed \(isClosed), \(told)")
        told = []
    }

    private func save(_ store: StateStore) {
        let interval = IntervalEntry(boundary: QuarterHour(number: next), value: next * 7, series: 0)
        next += 1
        do {
            try store.save(MeterMemory(), [.init(code: code, interval: interval)], ofMeter: "main")
            stored.insert(interval.boundary.number)
            if isWhole { saves.done += 1 }
        } catch {
            if isWhole { saves.refused += 1 }
            told.append("\(error)")
        }
    }

    /// All that was stored is given out.
    private func check(_ store: StateStore, isFailing: Bool, _ number: Int) {
        for attempt in 0..<20 {
            do {
                let found = try store.intervals(
                    ofMeter: "main", code: code, in: QuarterHour(number: 0)...QuarterHour(number: next))
                let lost = stored.subtracting(found.map(\.boundary.number))
                #expect(
                    lost.isEmpty,
                    "\(number): \(lost.count) of \(stored.count) quarter-hours are gone\n\(history.joined(separator: "\n"))"
                )
                #expect(found.allSatisfy { $0.value == $0.boundary.number * 7 })
                stored = Set(found.map(\.boundary.number))
                return
            } catch {
                #expect(isFailing, "\(number): \(error)")
                Retry.pause(after: min(attempt, 2))
            }
        }
    }

    // MARK: Damage

    /// Of one file at most.
    private func inflict(_ damage: Damage) throws -> Damage? {
        let path = disk.back + "/state.db"
        guard FileManager.default.fileExists(atPath: path),
            !FileManager.default.fileExists(atPath: path + "-rescued"), stored.count > 0,
            try doesOtherKnow(damage)
        else { return nil }
        switch damage {
        case .rootOfTable:
            guard let page = try root(of: ["waiting", "pulse", "settings"].randomElement(using: &random) ?? "pulse")
            else { return nil }
            try overwrite(path, at: (page - 1) * 4_096, count: 64)
        case .garbage:
            // All quarter-hours are lost with it.
            guard chance(20) else { return nil }
            try overwrite(path, at: 0, count: 5_000)
            unlink(path + "-wal")
            stored = []
        case .log:
            let frames = (size(of: path + "-wal") - 32) / 4_120
            guard frames > 0 else { return nil }
            let frame = Int.random(in: max(0, frames - 9)..<frames, using: &random)
            try overwrite(path + "-wal", at: 32 + frame * 4_120 + 124, count: 1)
            // Whatever SQLite still reads.
            stored = try readable()
        case .safetyFile:
            guard size(of: path + "-safety") > 0 else { return nil }
            try overwrite(path + "-safety", at: 0, count: 2 * SafetyFile.smallestPlace)
        }
        damages += 1
        return damage
    }

    private func files(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted().map { name in
            "\(name.hasPrefix("state.db") ? String(name.dropFirst(8)) : name)=\(size(of: "\(folder)/\(name)"))"
        }
    }

    /// Whether the other file knows the counters: after a disk that took nothing more it may be the only one that does.
    private func doesOtherKnow(_ damage: Damage) throws -> Bool {
        guard damage == .safetyFile else { return !safeRecords.isEmpty }
        let known = try? image { try Int64.fetchOne($0, sql: "SELECT sequence FROM device") }
        return UInt64(known ?? 0) >= safeRecords.first ?? 0
    }

    /// The sequence numbers of the whole records in the safety file.
    private var safeRecords: [UInt64] {
        let content = try? SafetyFile(path: disk.back + "/state.db-safety", faults: nil).content()
        return content?.records.map(\.sequence) ?? []
    }

    private func size(of path: String) -> Int { FileManager.default.contents(atPath: path)?.count ?? 0 }

    private func overwrite(_ path: String, at offset: Int, count: Int) throws {
        let file = try FileHandle(forUpdating: URL(filePath: path))
        try file.seek(toOffset: UInt64(offset))
        try file.write(contentsOf: Data(repeating: 0xFF, count: count))
        try file.close()
    }

    /// What is on the disk, looked at beside it.
    private func image<Value>(_ query: (Database) throws -> Value) throws -> Value {
        let folder = try TemporaryFolder()
        for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: disk.back + "/state.db" + suffix) {
            try FileManager.default.copyItem(
                atPath: disk.back + "/state.db" + suffix, toPath: folder.path("state.db" + suffix))
        }
        return try DatabaseQueue(path: folder.path("state.db")).read(query)
    }

    private func readable() throws -> Set<Int64> {
        let found = try? image { try Int64.fetchSet($0, sql: "SELECT boundary FROM interval") }
        return found ?? []
    }

    /// A root that is in the file itself, so that the damage is not hidden by the log.
    private func root(of table: String) throws -> Int? {
        let page = try? image {
            try Int.fetchOne($0, sql: "SELECT rootpage FROM sqlite_master WHERE name = ?", arguments: [table])
        }
        guard let page, size(of: disk.back + "/state.db-wal") == 0,
            size(of: disk.back + "/state.db") >= page * 4_096
        else { return nil }
        return page
    }

    // MARK: Judgement

    func audit() {
        #expect(bench.server.rejected.isEmpty, "\(bench.server.rejected)")
        let counters = bench.server.uplinks.map { [$0.devAddr, $0.counter] }
        #expect(Set(counters).count == counters.count)
        let nonces = bench.server.joins.map(\.devNonce)
        #expect(Set(nonces).count == nonces.count)
        #expect(bench.server.uplinks.count > starts / 3)
    }

    var summary: String {
        "\(starts) starts, \(refusals) refused with a reason, \(damages) damages, \(saves.refused) of "
            + "\(saves.refused + saves.done) saves refused, \(bench.server.uplinks.count) uplinks, "
            + "\(bench.server.joins.count) joins, \(stored.count) quarter-hours"
    }
}

/// The same again for the same seed.
private struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
