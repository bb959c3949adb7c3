import Collector
import Foundation
import HardwareInterfaces
import Testing
import Timekeeping

@Suite struct SpoolTests {
    private let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.path + "/spool-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private var store: String { folder + "/profile.db" }
    private var file: String { store + ".spool" }

    private func message(_ number: Int) -> Spool.Message {
        Spool.Message(
            server: number % 2 == 0 ? nil : 3, at: UTCInstant(secondsSince1970: Int64(number)), topic: "t/\(number)",
            body: [UInt8](repeating: UInt8(number % 256), count: number))
    }

    /// Opened and closed again.
    private func withSpool<Value>(_ work: (Spool) throws -> Value) throws -> Value {
        try work(try Spool(beside: store))
    }

    @Test func `messages come out in the order in which they came until they are in the store`() throws {
        try withSpool { spool in
            for number in 0..<10 { try spool.append(message(number)) }
            #expect(spool.next(most: 4) == (0..<4).map(message))
            #expect(spool.next(most: 4) == (0..<4).map(message))
            spool.finish()
            #expect(spool.next(most: 40) == (4..<10).map(message))
            spool.finish()
            #expect(spool.isEmpty && spool.next(most: 9) == [])
        }
        #expect(try Data(contentsOf: URL(filePath: file)).isEmpty)
    }

    @Test func `what was not finished is there for the next start`() throws {
        try withSpool { spool in
            for number in 0..<5 { try spool.append(message(number)) }
            _ = spool.next(most: 2)
        }
        try withSpool { spool in
            try spool.append(message(5))
            #expect(spool.next(most: 99) == (0..<6).map(message))
        }
    }

    @Test func `a record that was cut off takes nothing along that stands before or comes behind`() throws {
        try withSpool { spool in for number in 0..<3 { try spool.append(message(40 + number)) } }
        let whole = try Data(contentsOf: URL(filePath: file))
        let last = 8 + 11 + 4 + 42
        for cut in 1..<last {
            try whole.dropLast(cut).write(to: URL(filePath: file))
            try withSpool { spool in
                try spool.append(message(9))
                #expect(spool.next(most: 99) == [message(40), message(41), message(9)], "\(cut)")
            }
        }
    }

    @Test func `bytes that change while they lie there are never taken for a message`() throws {
        try withSpool { spool in for number in 0..<3 { try spool.append(message(40 + number)) } }
        let whole = try Data(contentsOf: URL(filePath: file))
        for place in whole.indices {
            var damaged = whole
            damaged[place] ^= 0x10
            try damaged.write(to: URL(filePath: file))
            try withSpool { spool in
                let found = spool.next(most: 99)
                #expect(found == (40..<40 + found.count).map(message), "\(place)")
                spool.finish()
                #expect(spool.isEmpty)
            }
        }
    }

    @Test func `a second collector beside the same store has a file of its own`() throws {
        let first = try Spool(beside: store)
        try first.append(message(1))
        let second = try Spool(beside: store)
        #expect(second.isEmpty)
        try second.append(message(2))
        #expect(first.next(most: 9) == [message(1)] && second.next(most: 9) == [message(2)])
    }

    @Test func `what a full disk does not take waits in memory and is told`() throws {
        // A limit of the process would hit other tests: a device that is always full takes the file's place.
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: "/dev/full")
        let spool = try Spool(beside: store)
        #expect(throws: HardwareError.self) { try spool.append(message(1)) }
        try spool.append(message(2))
        #expect(spool.next(most: 9) == [message(1), message(2)])
        spool.finish()
        #expect(spool.isEmpty && spool.dropped == 0)
    }
}
