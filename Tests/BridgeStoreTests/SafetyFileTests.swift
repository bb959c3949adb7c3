import Foundation
import TestSupport
import Testing

@testable import BridgeStore

@Suite struct SafetyFileTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    var path: String { folder.path("state.db-safety") }

    func open() throws -> SafetyFile { try SafetyFile(path: path, faults: nil) }

    func record(_ sequence: UInt64, count: Int = 300) -> SafetyFile.Record {
        SafetyFile.Record(
            sequence: sequence, bytes: [UInt8](repeating: UInt8(truncatingIfNeeded: sequence), count: count))
    }

    @Test func `the two newest records are there after a restart, the newest first`() throws {
        do {
            let file = try open()
            #expect(try file.content().records.isEmpty)
            for sequence in 1...5 as ClosedRange<UInt64> { try file.write(record(sequence)) }
        }
        #expect(try open().content().records == [record(5), record(4)])
        do {
            let file = try open()
            _ = try file.content()
            try file.write(record(6))
        }
        #expect(try open().content().records == [record(6), record(5)])
    }

    @Test func `a write that is torn anywhere leaves the record before it`() throws {
        do {
            let file = try open()
            try file.write(record(1))
            try file.write(record(2))
        }
        let before = try Data(contentsOf: URL(filePath: path))
        do {
            let file = try open()
            _ = try file.content()
            try file.write(record(3))
        }
        let after = try Data(contentsOf: URL(filePath: path))
        let changed = before.indices.filter { before[$0] != after[$0] }
        let first = try #require(changed.first)
        for torn in changed {
            try (after[..<torn] + before[torn...]).write(to: URL(filePath: path))
            let found = try open().content().records
            // Whoever reads it checks its content too; here it may be a mixture of both.
            #expect(found.contains(record(2)), "torn at \(torn)")
            if torn == first { #expect(found.first == record(2)) }
        }
    }

    @Test func `a record whose number is damaged is no record`() throws {
        do {
            let file = try open()
            try file.write(record(1))
            try file.write(record(2))
        }
        let sound = try Data(contentsOf: URL(filePath: path))
        let magic = sound.prefix(4)
        let places = sound.indices.filter { sound[$0...].starts(with: magic) }
        #expect(places.count == 2)
        for place in places {
            // The number, and what it is held against.
            for offset in 8..<24 {
                var damaged = sound
                damaged[place + offset] ^= 1
                try damaged.write(to: URL(filePath: path))
                let found = try open().content().records
                #expect(found == [place == places[0] ? record(2) : record(1)], "byte \(offset)")
            }
        }
    }

    @Test func `a record that outgrows its place makes a larger file`() throws {
        do {
            let file = try open()
            try file.write(record(1))
            try file.write(record(2, count: 50_000))
            try file.write(record(3, count: 40_000))
        }
        #expect(try open().content().records == [record(3, count: 40_000), record(2, count: 50_000)])
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func `garbage is no record, and is written over`() throws {
        for garbage in [Data(), Data([1, 2, 3]), Data(repeating: 0x70, count: 5_000), Data("p1LS".utf8)] {
            try garbage.write(to: URL(filePath: path))
            let file = try open()
            #expect(try file.content().records.isEmpty)
            try file.write(record(9))
            #expect(try file.content().records == [record(9)])
        }
    }

    @Test func `a second process is refused`() throws {
        let file = try open()
        try file.write(record(1))
        #expect(throws: StoreError.inUse(path: path)) { try open() }
        withExtendedLifetime(file) {}
    }
}
