import Foundation
import HardwareInterfaces
import HardwareSimulators
import LoRaWAN
import PrivateLink
import TestSupport
import Testing
import Timekeeping

@testable import BaseService
@testable import BridgeStore

/// The base's machine, its driver and a chip, against a device with those of its own.
@Suite struct BaseLinkTests {
    @Test(arguments: [true, false])
    func `a device joins over the air, and has live values each ten seconds`(isBaseNew: Bool) throws {
        let folder = try TemporaryFolder()
        let store = try BaseStore(path: folder.path("base.db"))
        let ends = try BothEnds(isBaseNew: isBaseNew, store: store)
        try ends.start()
        try ends.run(for: .minutes(10)) { ends.device.isJoined }
        try #require(ends.device.isJoined)
        try ends.run(for: .minutes(4))
        for number in 0..<60 {
            try ends.send([UInt8(number)], confirmed: number % 10 == 0)
            try ends.run(for: .seconds(7))
        }
        #expect(ends.uplinks.map(\.payload) == (0..<60).map { [UInt8($0)] })
        #expect(ends.results.count { $0 == .acknowledged } == 6)
        #expect(ends.violations() == [])
        let answers = ends.air.transmissions.filter(\.invertedIQ)
        #expect(answers.count >= 7)
        #expect(answers.allSatisfy { !$0.hasCRC && $0.syncWord != 0x34 })
        // The answer begins when RX1 does, to a tenth of a millisecond.
        for answer in answers.suffix(6) {
            let uplink = try #require(ends.air.uplinks.last { $0.end <= answer.start })
            let error = answer.start - uplink.end - .seconds(2)
            #expect(abs(error.microseconds) <= 200, "\(error)")
        }
    }

    @Test func `a downlink arrives, and the state outlives a restart`() throws {
        let folder = try TemporaryFolder()
        let store = try BaseStore(path: folder.path("base.db"))
        let ends = try BothEnds(isBaseNew: true, store: store)
        try ends.start()
        try ends.run(for: .minutes(10)) { ends.device.isJoined }
        try ends.run(for: .minutes(4))
        ends.link.enqueue(QueuedDownlink(identifier: "x", port: 8, payload: [1, 2, 3]), for: DevEUI(rawValue: 5))
        try ends.send([1])
        #expect(ends.deliveries.map(\.payload) == [[1, 2, 3]])
        let stored = try BaseState(decoding: try #require(try store.record()))
        #expect(stored == ends.link.station.state)
    }

    @Test func `a public network's frames are not heard`() throws {
        let folder = try TemporaryFolder()
        let ends = try BothEnds(isBaseNew: true, store: try BaseStore(path: folder.path("base.db")))
        try ends.run(for: .minutes(5))
        for word: UInt8 in [0x34, 0x12] {
            var frame = AirTransmission(
                payload: [UInt8](repeating: 0x40, count: 20), frequency: 869_525_000, spreadingFactor: 7,
                bandwidth: 125_000, invertedIQ: false, hasCRC: true, start: ends.world.now)
            frame.syncWord = word
            ends.air.transmit(frame)
            try ends.run(for: .seconds(2))
        }
        #expect(ends.link.station.refusals == ["other-network": 1])
    }
}

@Suite struct BaseOutboxTests {
    private final class NoWaker: Waking { func wake() {} }

    private func ups(_ events: [BaseEventRecord]) -> [BaseEventRecord] { events.filter { $0.topic.hasSuffix("/up") } }

    @Test func `an uplink is on the disk for the broker as soon as its counter is, until the broker has it`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("base.db")
        let mailbox = BaseMailbox(radio: NoWaker(), broker: NoWaker())
        var stored: [BaseEventRecord] = []
        do {
            let store = try BaseStore(path: path)
            let ends = try BothEnds(isBaseNew: true, store: store, mailbox: mailbox)
            try ends.start()
            try ends.run(for: .minutes(10)) { ends.device.isJoined }
            try ends.run(for: .minutes(4))
            ends.link.enqueue(QueuedDownlink(identifier: "x", port: 8, payload: [1]), for: DevEUI(rawValue: 5))
            for number in 0..<10 {
                try ends.send([UInt8(number)])
                stored = try store.events()
                #expect(ups(stored).count == number + 1)
            }
            #expect(stored.first?.topic.hasSuffix("/join") == true)
            #expect(stored.contains { $0.topic.hasSuffix("/txack") })
            #expect(stored.map(\.number) == Array(1...Int64(stored.count)))
            #expect(mailbox.takeEvents(upTo: .max).events == stored)
            // The broker has the first five.
            mailbox.noteTaken(stored.prefix(5).map(\.number))
            try ends.send([11])
            #expect(try store.events().prefix(stored.count - 5) == stored.dropFirst(5))
            stored = try store.events()
        }
        // The process has ended without a word; the next sends the rest.
        let store = try BaseStore(path: path)
        let other = BaseMailbox(radio: NoWaker(), broker: NoWaker())
        let ends = try BothEnds(isBaseNew: true, store: store, mailbox: other)
        #expect(other.takeEvents(upTo: .max).events == stored)
        other.noteTaken(stored.map(\.number))
        try ends.run(for: .seconds(1))
        ends.link.close()
        #expect(try store.events().isEmpty)
    }

    @Test func `on a full disk nothing is told that is not stored, and all goes on when there is room`() throws {
        guard let disk = try SmallDisk() else { return }
        let store = try BaseStore(path: disk.path + "/base.db")
        let mailbox = BaseMailbox(radio: NoWaker(), broker: NoWaker())
        let ends = try BothEnds(isBaseNew: true, store: store, mailbox: mailbox)
        try ends.start()
        try ends.run(for: .minutes(10)) { ends.device.isJoined }
        try ends.run(for: .minutes(4))
        _ = mailbox.takeEvents(upTo: .max)
        disk.fill()
        var stored = 0
        for number in 0..<60 {
            let before = try BaseState(decoding: try #require(try store.record()))
            try ends.send([UInt8(number)] + [UInt8](repeating: 7, count: 200))
            let told = ups(mailbox.takeEvents(upTo: .max).events).count
            let isStored = try BaseState(decoding: try #require(try store.record())) != before
            #expect(told == (isStored ? 1 : 0))
            stored += told
        }
        #expect(stored < 60 && ends.link.storeTrouble != nil)
        disk.relieve()
        try ends.send([1])
        #expect(ups(mailbox.takeEvents(upTo: .max).events).count == 1 && ends.link.storeTrouble == nil)
        #expect(ups(try store.events()).count == stored + 1)
    }

    @Test func `refused frames cost no write, whatever the broker has taken`() throws {
        let folder = try TemporaryFolder()
        let store = try BaseStore(path: folder.path("base.db"))
        let mailbox = BaseMailbox(radio: NoWaker(), broker: NoWaker())
        let ends = try BothEnds(isBaseNew: true, store: store, mailbox: mailbox)
        try store.save(nil, events: [BaseEventRecord(number: 7, topic: "t", payload: "")])
        mailbox.noteTaken([7])
        try ends.run(for: .minutes(5))
        ends.air.transmit(
            AirTransmission(
                payload: [UInt8](repeating: 0x40, count: 20), frequency: 869_525_000, spreadingFactor: 7,
                bandwidth: 125_000, invertedIQ: false, hasCRC: true, start: ends.world.now))
        try ends.run(for: .seconds(2))
        #expect(try store.events().count == 1)
    }
}

@Suite struct BaseStoreTests {
    @Test func `a disk that fails once, or looks damaged once, costs nothing`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("base.db")
        try BaseStore(path: path).save([1, 2, 3])
        for failure in [
            StoreError.damaged(path: path, reason: "malformed"), .unusable(path: path, reason: "disk I/O error"),
        ] {
            var count = 0
            let store = try BaseStore(path: path) { path throws(StoreError) in
                count += 1
                if count == 1 { throw failure }
                return try BaseStore.open(path)
            }
            #expect(try store.record() == [1, 2, 3] && store.damage == nil)
        }
    }

    @Test func `a record is there again after the file was closed`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("base.db")
        try BaseStore(path: path).save([1, 2, 3])
        #expect(try BaseStore(path: path).record() == [1, 2, 3])
    }

    @Test func `two bases on one file are refused`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("base.db")
        let first = try BaseStore(path: path)
        #expect(throws: StoreError.inUse(path: path)) { try BaseStore(path: path) }
        try first.save([1])
    }

    @Test func `a damaged file is set aside, and a new one begun`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("base.db")
        try "this is no database, and long enough to be taken for one".write(
            toFile: path, atomically: false, encoding: .utf8)
        let store = try BaseStore(path: path)
        #expect(store.damage != nil)
        try store.save([4])
        #expect(try store.record() == [4])
    }
}
