import Foundation
import HardwareSimulators
import LoRaWAN
import TestSupport
import TestTags
import Testing
import Timekeeping

@testable import BridgeConfiguration
@testable import BridgeStore
@testable import UplinkBridge

/// The device's counters in two places, and what goes on when one or both fail.
@Suite struct SessionStoreTests {
    let bench: LinkBench
    let disk = FaultyDisk()

    init() throws { bench = try LinkBench() }

    func openStore() throws -> StateStore {
        try StateStore(path: bench.path, devEUI: bench.configuration.lorawan.devEUI, faults: disk.faults)
    }

    func start(seed: UInt64 = 1) throws -> LoRaWANLink { try bench.makeLink(seed: seed, store: openStore()) }

    func join(_ link: LoRaWANLink) { bench.run(link, for: .minutes(10)) { link.isReady } }

    func send(_ link: LoRaWANLink, _ byte: UInt8, for span: TimeSpan = .seconds(20)) throws {
        try link.send(Uplink(port: 1, payload: [byte]))
        bench.run(link, for: span)
    }

    var arrived: [UInt8] { bench.server.uplinks.filter { $0.port == 1 }.compactMap(\.payload.first) }

    func delete(_ suffixes: String...) {
        for suffix in suffixes { try? FileManager.default.removeItem(atPath: bench.path + suffix) }
    }

    func expectNoCounterUsedTwice() {
        #expect(bench.server.rejected.isEmpty, "\(bench.server.rejected)")
        let counters = bench.server.uplinks.map { [$0.devAddr, $0.counter] }
        #expect(Set(counters).count == counters.count)
        let nonces = bench.server.joins.map(\.devNonce)
        #expect(Set(nonces).count == nonces.count)
    }

    @Test func `without its state file the session goes on behind the counters that were set aside`() throws {
        var link: LoRaWANLink? = try start()
        if let link { join(link) }
        for byte in 1...9 as ClosedRange<UInt8> { if let link { try send(link, byte) } }
        link = nil
        delete("", "-wal", "-shm")
        let again = try start(seed: 2)
        bench.run(again, for: .seconds(1))
        #expect(again.isReady)
        try send(again, 10)
        #expect(arrived == Array(1...10))
        #expect(bench.server.joins.count == 1)
        expectNoCounterUsedTwice()
        let last = try #require(bench.server.uplinks.last?.counter)
        #expect(last >= TransmissionReserve.counters && last < 2 * TransmissionReserve.counters + 20)
        #expect(bench.events.contains { if case .restoredFromSafetyFile = $0 { true } else { false } })
    }

    @Test func `without the safety file all goes on behind other counters, and there is a new one`() throws {
        var link: LoRaWANLink? = try start()
        if let link { join(link) }
        if let link { try send(link, 1) }
        link = nil
        delete("-safety")
        let again = try start(seed: 2)
        try {
            bench.run(again, for: .seconds(1)); try send(again, 2)
        }()
        #expect(bench.server.uplinks.map(\.counter).max().map { $0 >= TransmissionReserve.counters } == true)
        #expect(FileManager.default.fileExists(atPath: bench.path + "-safety"))
        expectNoCounterUsedTwice()
    }

    @Test func `a state file that is put back from an old copy takes no counter twice`() throws {
        var link: LoRaWANLink? = try start()
        if let link { join(link) }
        link = nil
        try FileManager.default.copyItem(atPath: bench.path, toPath: bench.path + ".copy")
        link = try start(seed: 2)
        for byte in 1...30 as ClosedRange<UInt8> {
            if let link {
                bench.run(link, for: .seconds(1))
                try send(link, byte, for: .minutes(3))
            }
        }
        link = nil
        delete("", "-wal", "-shm")
        try FileManager.default.copyItem(atPath: bench.path + ".copy", toPath: bench.path)
        let again = try start(seed: 3)
        bench.run(again, for: .seconds(1))
        try send(again, 31, for: .hours(2))
        #expect(arrived.last == 31)
        expectNoCounterUsedTwice()
    }

    @Test func `on a full disk every state goes to the safety file, and nothing is held back`() throws {
        var link: LoRaWANLink? = try start()
        if let link { join(link) }
        disk.isFull()
        for byte in 1...40 as ClosedRange<UInt8> { if let link { try send(link, byte, for: .minutes(5)) } }
        #expect(arrived == Array(1...40))
        // The power is cut, and the disk is as full as before.
        link = nil
        link = try start(seed: 2)
        if let link {
            bench.run(link, for: .seconds(1))
            try send(link, 41, for: .hours(2))
        }
        #expect(arrived.last == 41)
        disk.works()
        if let link { try send(link, 42) }
        #expect(arrived.last == 42)
        #expect(bench.events.contains { if case .storeRecovered = $0 { true } else { false } })
        expectNoCounterUsedTwice()
    }

    @Test(.slow) func `on a disk that takes nothing uplinks wait ten minutes, and go on within the reserve`() throws {
        var link: LoRaWANLink? = try start()
        if let link { join(link) }
        if let link { try send(link, 1) }
        disk.isReadOnly()
        let begin = bench.world.now
        if let link { try send(link, 2, for: .minutes(9)) }
        #expect(arrived == [1])
        if let link { bench.run(link, for: .minutes(2)) }
        #expect(arrived == [1, 2])
        // A day, with more to send than the reserve allows.
        if let link {
            while bench.world.now - begin < .hours(24) {
                if link.isReady { try? link.send(Uplink(port: 1, payload: [3])) }
                bench.run(link, for: .seconds(30))
            }
        }
        let silent = bench.air.uplinks.filter { $0.start > begin }
        let spent = silent.reduce(TimeSpan.zero) { $0 + $1.airTime }
        #expect(silent.count > 3)
        // The Things Network's 30 s: an eighth of it.
        #expect(spent <= .milliseconds(3_750), "\(spent)")
        // Power cut, and the disk is well again: nothing of this was ever stored.
        link = nil
        disk.works()
        link = try start(seed: 2)
        if let link {
            bench.run(link, for: .seconds(1))
            try send(link, 9, for: .hours(2))
        }
        #expect(arrived.last == 9)
        #expect(bench.server.joins.count == 1)
        expectNoCounterUsedTwice()
    }

    @Test func `the law holds through a disk that fails and a power cut`() throws {
        let text = TestConfiguration.minimal.replacing("[lorawan]", with: "[lorawan]\ndaily_airtime = \"off\"")
        let bench = try LinkBench(text)
        bench.server.settings.extraChannels = []
        var link: LoRaWANLink?
        for round in 0..<6 {
            link = nil
            let store = try StateStore(
                path: bench.path, devEUI: bench.configuration.lorawan.devEUI, faults: disk.faults)
            link = try bench.makeLink(seed: UInt64(round), store: store)
            let end = bench.world.now + .minutes(50)
            while bench.world.now < end, let link {
                if bench.world.now > end - .minutes(35) { disk.isGone() }
                if link.isReady { try? link.send(Uplink(port: 1, payload: [UInt8](repeating: 1, count: 30))) }
                bench.run(link, for: .seconds(8))
            }
            disk.works()
        }
        let frames = bench.air.uplinks.filter { (868_000_000..<868_600_000).contains($0.frequency) }
        #expect(frames.count > 100)
        for last in frames {
            let end = last.end
            let spent = frames.filter { $0.end > end - .hours(1) && $0.end <= end }
                .reduce(TimeSpan.zero) { $0 + $1.airTime }
            #expect(spent <= .seconds(36) + last.airTime, "\(spent)")
        }
        #expect(bench.server.rejected.isEmpty)
    }

    @Test(arguments: [true, false], [TimeSpan.seconds(1), .hours(3)])
    func `after an end that nobody has told of the reserve is taken as used, after a clean end it is not`(
        isClean: Bool, pause: TimeSpan
    ) throws {
        var link: LoRaWANLink? = try start()
        if let link { join(link) }
        if let link { try send(link, 1) }
        if isClean { link?.close() }
        link = nil
        bench.world.run(until: bench.world.now + pause)
        link = try start(seed: 2)
        if let link {
            bench.run(link, for: .seconds(1))
            try send(link, 2, for: .hours(1))
        }
        #expect(arrived == [1, 2])
        let last = try #require(bench.server.uplinks.last?.counter)
        #expect(isClean ? last < 5 : last >= TransmissionReserve.counters)
        expectNoCounterUsedTwice()
    }

    @Test func `a join waits for a disk, whatever is set aside`() throws {
        let link = try start()
        disk.isReadOnly()
        bench.run(link, for: .hours(1))
        #expect(bench.air.uplinks.isEmpty)
        disk.works()
        bench.run(link, for: .hours(1)) { link.isReady }
        #expect(link.isReady)
    }

    @Test func `a safety file that is deleted beside a dead disk allows for nothing`() throws {
        let link = try start()
        join(link)
        try send(link, 1)
        disk.isReadOnly()
        delete("-safety")
        try send(link, 2, for: .hours(2))
        #expect(arrived == [1])
    }

    /// The bytes of the state file and its log.
    func image() throws -> [String: Data] {
        var files: [String: Data] = [:]
        for suffix in ["", "-wal"] { files[suffix] = FileManager.default.contents(atPath: bench.path + suffix) }
        return files
    }

    @Test func `wherever the log of the state file is cut off, no counter is used twice`() throws {
        var link: LoRaWANLink? = try start()
        if let link { join(link) }
        for byte in 1...6 as ClosedRange<UInt8> { if let link { try send(link, byte) } }
        // As a kill leaves them.
        let files = try image()
        let log = try #require(files["-wal"])
        link = nil
        let frames = (log.count - 32) / 4_120
        #expect(frames > 10)
        var seed: UInt64 = 2
        for frame in max(0, frames - 12)..<frames {
            delete("", "-wal", "-shm")
            for (suffix, bytes) in files {
                var bytes = bytes
                if suffix == "-wal" { bytes[32 + frame * 4_120 + 124] ^= 1 }
                try bytes.write(to: URL(filePath: bench.path + suffix))
                chmod(bench.path + suffix, 0o600)
            }
            // Each of these starts takes an eighth of a day's air-time as spent.
            bench.world.run(until: bench.world.now + .hours(25))
            let again = try start(seed: seed)
            bench.run(again, for: .seconds(1))
            try send(again, UInt8(seed), for: .hours(2))
            #expect(arrived.last == UInt8(seed))
            seed += 1
        }
        expectNoCounterUsedTwice()
    }

    @Test func `counters that a start takes as used are in both places before anything is sent`() throws {
        var link: LoRaWANLink? = try start()
        if let link { join(link) }
        if let link { try send(link, 1) }
        link = nil
        let files = try image()
        link = try start(seed: 2)
        disk.hasNoSafety()
        if let link {
            bench.run(link, for: .seconds(1))
            try send(link, 2, for: .hours(1))
        }
        link = nil
        disk.works()
        // What was committed last is lost with the log.
        delete("", "-wal", "-shm")
        for (suffix, bytes) in files {
            try bytes.write(to: URL(filePath: bench.path + suffix))
            chmod(bench.path + suffix, 0o600)
        }
        let again = try start(seed: 3)
        bench.run(again, for: .seconds(1))
        try send(again, 3, for: .hours(2))
        #expect(arrived == [1, 2, 3])
        expectNoCounterUsedTwice()
    }

    @Test func `what was restored is in both places again before anything is sent`() throws {
        var link: LoRaWANLink? = try start()
        if let link { join(link) }
        if let link { try send(link, 1) }
        link = nil
        var seed: UInt64 = 2
        // One is lost, the start is cut before it has sent anything; then the other.
        for lost in [["", "-wal", "-shm"], ["-safety"], ["", "-wal", "-shm"], ["-safety"]] {
            for suffix in lost { delete(suffix) }
            link = try start(seed: seed)
            link = nil
            seed += 1
        }
        let again = try start(seed: seed)
        bench.run(again, for: .seconds(1))
        try send(again, 2, for: .hours(2))
        #expect(arrived.last == 2)
        #expect(bench.server.joins.count == 1)
        expectNoCounterUsedTwice()
    }

    @Test func `one damaged place of the safety file is whole again with the next start`() throws {
        var link: LoRaWANLink? = try start()
        if let link { join(link) }
        if let link { try send(link, 1) }
        link = nil
        for place in [0, 1] {
            let file = try FileHandle(forUpdating: URL(filePath: bench.path + "-safety"))
            try file.seek(toOffset: UInt64(place * SafetyFile.smallestPlace + 40))
            try file.write(contentsOf: Data(repeating: 0xA5, count: 100))
            try file.close()
            link = try start(seed: UInt64(place + 2))
            link = nil
        }
        delete("", "-wal", "-shm")
        let again = try start(seed: 9)
        bench.run(again, for: .seconds(1))
        try send(again, 2, for: .hours(2))
        #expect(arrived.last == 2)
        #expect(bench.server.joins.count == 1)
        expectNoCounterUsedTwice()
    }

    @Test func `whichever step of storing the power is cut at, no counter is used twice`() throws {
        for step in 1...60 {
            disk.cut(atStep: step % 13 + 1)
            liveUntilCut(step)
            disk.works()
            // Every few cuts the state file is lost too.
            if step.isMultiple(of: 5) { delete("", "-wal", "-shm") }
            if step.isMultiple(of: 7) { bench.run(try start(seed: 100), for: .seconds(30)) }
        }
        #expect(bench.server.uplinks.count > 5, "\(bench.server.uplinks.count)")
        expectNoCounterUsedTwice()
    }

    private func liveUntilCut(_ step: Int) {
        bench.events = []
        guard let store = try? openStore(), let link = try? bench.makeLink(seed: UInt64(step), store: store) else {
            return
        }
        let end = bench.world.now + .seconds(60)
        var isCut = false
        while bench.world.now < end, !isCut {
            link.poll()
            if link.isReady { try? link.send(Uplink(port: 1, payload: [UInt8(step)])) }
            isCut = bench.events.contains { if case .storeFailed(.powerCut) = $0 { true } else { false } }
            bench.world.wait(for: [], until: min(link.nextDeadline ?? end, end))
        }
    }
}
