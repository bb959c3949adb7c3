import Testing
import Timekeeping

@testable import LoRaWAN

@Suite struct PersistenceTests {
    /// A state with all that it may hold.
    func busyState() throws -> DeviceState {
        let bench = try Bench(
            Bench.configuration {
                $0.dailyAirTime = .seconds(30)
                $0.dataRate = DataRate(5)
            })
        bench.peer.channelList = [
            0x18, 0x4f, 0x84, 0xe8, 0x56, 0x84, 0xb8, 0x5e, 0x84, 0x88, 0x66, 0x84, 0x58, 0x6e, 0x84, 0,
        ]
        try bench.join()
        for _ in 0..<20 { _ = try bench.send() }
        _ = try bench.send(
            reply: .rx1(try bench.peer.downlink(confirmed: true, options: [8, 5, 6, 3, 0x41, 0xFF, 0, 2])))
        bench.device.requestDeviceTime()
        return bench.device.state
    }

    @Test func `a state is read back as it was written`() throws {
        let state = try busyState()
        #expect(state.session?.channels.count { $0.isDefined } == 8)
        let bytes = state.encoded()
        let again = try DeviceState(decoding: bytes).adopted(
            by: Bench.configuration { $0.dailyAirTime = .seconds(30) }, keyCheck: state.keyCheck,
            bootIdentifier: "boot-1", at: MonotonicInstant(nanoseconds: 0) + .hours(1))
        #expect(again == state)
        #expect(again.encoded() == bytes)
        #expect(bytes.count < 750, "\(bytes.count) bytes")
    }

    @Test func `a state with any one byte changed or missing is refused`() throws {
        let bytes = try busyState().encoded()
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 1 << UInt8(index % 8)
            #expect(throws: DeviceStateError.self) { try DeviceState(decoding: damaged) }
            #expect(throws: DeviceStateError.self) { try DeviceState(decoding: Array(bytes[..<index])) }
        }
    }

    @Test func `fields out of range are refused even under a good checksum`() throws {
        let body = Array(try busyState().encoded().dropLast(4))
        var random = DeviceRandom(seed: 3)
        var refused = 0
        for _ in 0..<5_000 {
            var damaged = body
            for _ in 0...random.number(below: 3) {
                damaged[5 + random.number(below: body.count - 5)] = UInt8(random.number(below: 256))
            }
            damaged.append(littleEndian: CRC32.of(damaged[...]), bytes: 4)
            guard let state = try? DeviceState(decoding: damaged) else {
                refused += 1
                continue
            }
            // What passes is used without a crash.
            guard state.devEUI == Bench.configuration().devEUI else { continue }
            let bench = try Bench(restoring: state, at: MonotonicInstant(nanoseconds: 1 << 40))
            _ = bench.device.maximumPayload
            _ = try? bench.device.send(Uplink(port: 1, payload: [1]), at: bench.now)
        }
        #expect(refused > 100)
    }

    @Test func `a version that is not known and another file are told apart`() throws {
        var bytes = try busyState().encoded()
        bytes[4] = 9
        #expect(throws: DeviceStateError.unknownVersion(seen: 9, known: 4)) { try DeviceState(decoding: bytes) }
        #expect(throws: DeviceStateError.notAState) { try DeviceState(decoding: Array("SQLite format 3".utf8)) }
    }

    @Test func `CRC-32 is the one of zip`() {
        #expect(CRC32.of(Array("123456789".utf8)[...]) == 0xCBF4_3926)
    }

    @Test func `a session is resumed without a word on air`() throws {
        let bench = try Bench()
        try bench.join()
        _ = try bench.send()
        let state = try DeviceState(decoding: #require(bench.stored))
        let after = try Bench(peer: bench.peer, restoring: state, boot: "boot-2")
        after.perform(after.device.start(at: after.now))
        #expect(after.device.isJoined && after.air.isEmpty && after.device.isIdle)
        _ = try after.send()
        #expect(try after.lastUplink().counter == 1)
    }

    @Test func `the state of another device is refused, another key or JoinEUI means a new join`() throws {
        let bench = try Bench()
        try bench.join()
        let state = bench.device.state
        #expect(
            throws: DeviceError.stateOfAnotherDevice(seen: state.devEUI, wanted: DevEUI(rawValue: 5))
        ) { try Bench(Bench.configuration { $0.devEUI = DevEUI(rawValue: 5) }, restoring: state) }
        let other = try Bench(
            Bench.configuration {
                $0.activation = .overTheAir(
                    joinEUI: JoinEUI(rawValue: 1), appKey: Bench.key("000102030405060708090a0b0c0d0e0f"))
            }, restoring: state)
        #expect(!other.device.isJoined && other.device.state.nextDevNonce == 1)
        let moved = try Bench(
            Bench.configuration {
                $0.activation = .overTheAir(joinEUI: JoinEUI(rawValue: 2), appKey: Bench.key(Peer.appKeyHex))
            }, restoring: state)
        #expect(!moved.device.isJoined && moved.device.state.nextDevNonce == 1)
        let same = try Bench(restoring: state)
        #expect(same.device.isJoined)
        let lost = try Bench(Bench.configuration { $0.firstDevNonce = 40 })
        #expect(lost.device.state.nextDevNonce == 40)
    }

    @Test func `while the store fails nothing goes on air, and no counter is lost or used twice`() throws {
        let bench = try Bench()
        try bench.join()
        _ = try bench.send()
        let ledger = bench.device.state.ledger
        bench.isStoreBroken = true
        let before = bench.air.count
        bench.perform(try bench.device.send(Uplink(port: 1, payload: [4, 4]), at: bench.now))
        try bench.run(for: .minutes(5))
        #expect(bench.air.count == before)
        #expect(!bench.device.isIdle)
        #expect(bench.device.state.ledger == ledger, "what was not sent costs nothing")
        bench.isStoreBroken = false
        try bench.run { bench.device.isIdle }
        #expect(bench.air.count == before + 1)
        let uplink = try bench.lastUplink()
        #expect(uplink.counter == 1 && uplink.payload == [4, 4])
        #expect(bench.results().last == .sent)
    }

    @Test func `a downlink is delivered once its state is stored`() throws {
        let bench = try Bench()
        try bench.join()
        bench.reply = { [unowned bench] _ in
            bench.isStoreBroken = true
            return .rx1(try bench.peer.downlink(port: 8, payload: [6]))
        }
        bench.perform(try bench.device.send(Uplink(port: 1, payload: []), at: bench.now))
        try bench.run(for: .minutes(3))
        #expect(bench.deliveries().isEmpty)
        bench.isStoreBroken = false
        try bench.run(for: .minutes(3))
        #expect(bench.deliveries().map(\.port) == [8])
        #expect(bench.results() == [.sent])
        #expect(bench.device.isIdle)
    }

    /// The power is cut at every stored state in turn, before it is on the disk and after; then the board boots anew
    /// and goes on from what is there.
    @Test(arguments: [true, false]) func `a power cut at any moment repeats no counter and exceeds no limit`(
        beforeStoring: Bool
    ) throws {
        let configuration = Bench.configuration { $0.region = Bench.region(joinAt: [0, 3, 5]) }
        for cut in 1...40 {
            let peer = try Peer()
            var state: DeviceState?
            var epoch = TimeSpan.zero
            var history: [(band: Int, entry: AirTimeWindow.Entry)] = []
            var frames: [[UInt8]] = []
            for boot in 0..<4 {
                let bench = try Bench(configuration, peer: peer, restoring: state, boot: "boot-\(boot)")
                bench.cutsBeforeStoring = beforeStoring
                bench.cutAtPersist = cut
                bench.perform(bench.device.start(at: bench.now))
                var sent = 0
                while !bench.isCut, sent < 60 {
                    try bench.run(for: .hours(3)) { bench.device.isIdle && bench.device.isJoined }
                    guard !bench.isCut else { break }
                    bench.device.state.session?.dataRate = DataRate(0)
                    sent += 1
                    bench.perform(try bench.device.send(Uplink(port: 1, payload: [UInt8(sent)]), at: bench.now))
                }
                for on in bench.air {
                    let band = try #require(configuration.region.subBand(of: on.transmission.frequency))
                    history.append((band, .init(start: on.start + epoch, airTime: on.airTime)))
                    frames.append(on.transmission.payload)
                }
                epoch = bench.now + epoch - MonotonicInstant(nanoseconds: 0)
                state = try bench.stored.map { try DeviceState(decoding: $0) } ?? state
            }
            #expect(Set(peer.devNonces).count == peer.devNonces.count, "cut at \(cut)")
            #expect(Set(frames).count == frames.count, "cut at \(cut): a frame was sent twice")
            for frame in frames where frame[0] != 0 { _ = try? peer.open(frame) }
            let band = history.filter { $0.band == 2 }.map(\.entry)
            #expect(LedgerTests.fullest(band, length: .hours(1)) <= .seconds(36), "cut at \(cut)")
        }
    }

    @Test func `the same boot keeps its clock, and an end that nobody saw is as late as can be`() throws {
        let bench = try Bench()
        try bench.join()
        _ = try bench.send()
        bench.cutAtPersist = bench.persists + 1
        bench.perform(try bench.device.send(Uplink(port: 1, payload: []), at: bench.now))
        #expect(bench.isCut)
        let state = try DeviceState(decoding: #require(bench.stored))
        let restart = bench.now + .seconds(20)
        let after = try Bench(peer: bench.peer, restoring: state, at: restart)
        let entries = after.device.state.ledger.windows[2].entries
        #expect(entries.count == 3)
        #expect(entries.last?.end == restart)
        #expect(entries.first?.start == bench.device.state.ledger.windows[2].entries.first?.start)
    }

    @Test(arguments: [true, false]) func `a clock that went back is taken for another boot's, also while sending`(
        isOpen: Bool
    ) throws {
        let bench = try Bench()
        try bench.join()
        bench.now = bench.now + .hours(100)
        if isOpen { bench.cutAtPersist = bench.persists + 1 }
        bench.perform(try bench.device.send(Uplink(port: 1, payload: []), at: bench.now))
        try bench.run { bench.device.isIdle }
        let state = isOpen ? try DeviceState(decoding: #require(bench.stored)) : bench.device.state
        let back = MonotonicInstant(nanoseconds: 7)
        let after = try Bench(peer: bench.peer, restoring: state, at: back)
        #expect(after.device.state.ledger.windows[2].entries.last?.end == back)
        #expect(after.device.earliestTransmission(payloadCount: 0, at: back) == back)
    }

    @Test func `a record of the first format is read`() throws {
        // Written by version 1 for a device that has joined EU868: masks of 16 bits, nothing of certification.
        let bench = try Bench(Bench.configuration { $0.dailyAirTime = .seconds(30) })
        try bench.join()
        _ = try bench.send()
        let state = Self.withoutContact(bench.device.state)
        var old = try Self.firstFormat(of: state)
        let again = try DeviceState(decoding: old)
        #expect(again.encoded() == state.encoded())
        old[4] = 0
        #expect(throws: DeviceStateError.unknownVersion(seen: 0, known: 4)) { try DeviceState(decoding: old) }
    }

    @Test func `a record of the second format is read, and its latest transmission is one that ends by itself`() throws
    {
        let bench = try Bench()
        try bench.join()
        _ = try bench.send()
        let state = Self.withoutContact(bench.device.state)
        var old = Self.thirdFormat(of: state)
        old.remove(at: old.count - 2)
        old[4] = 2
        old.append(littleEndian: CRC32.of(old[...]), bytes: 4)
        let again = try DeviceState(decoding: old)
        #expect(again.encoded() == state.encoded() && again.latest?.endsByItself == true)
    }

    @Test
    func `a record of the third format is read: its session goes on, and its silence begins with the next uplink`()
        throws
    {
        let bench = try Bench()
        try bench.join()
        _ = try bench.send()
        let state = Self.withoutContact(bench.device.state)
        var old = Self.thirdFormat(of: state)
        old.append(littleEndian: CRC32.of(old[...]), bytes: 4)
        let read = try DeviceState(decoding: old)
        #expect(read.encoded() == state.encoded())
        let again = try Bench(Bench.configuration { $0.medium = "air" }, peer: bench.peer, restoring: read)
        again.perform(again.device.start(at: again.now))
        #expect(again.device.isJoined && again.device.nextDeadline == nil)
        again.now = again.now + .hours(1)
        try again.send(reply: .silence)
        #expect(again.device.state.contact.silence(at: again.now) < .seconds(10))
        #expect(again.device.state.contact.uplinks == 1 && !again.device.state.contact.isHeard)
    }

    /// Nothing in it that is newer than version 3.
    static func withoutContact(_ state: DeviceState) -> DeviceState {
        var state = state
        (state.medium, state.contact) = ("", NetworkContact())
        return state
    }

    /// Without its check. Of what version 4 has behind it, an empty medium and no contact take a byte for each field.
    static func thirdFormat(of state: DeviceState) -> [UInt8] {
        var bytes = Array(state.encoded().dropLast(4 + 11))
        bytes[4] = 3
        return bytes
    }

    /// The record as version 1 wrote it: without the upper halves of the two masks and the last two flags.
    static func firstFormat(of state: DeviceState) throws -> [UInt8] {
        var bytes = Array(thirdFormat(of: state).dropLast(2))
        let session = try #require(state.session)
        var writer = StateWriter()
        writer.mask(session.channelMask)
        writer.mask(session.usedChannels)
        writer.byte(session.dataRate.index)
        let masks = writer.bytes
        let at = try #require((0..<bytes.count).first { bytes.dropFirst($0).starts(with: masks) })
        bytes.remove(at: at + 3)
        bytes.remove(at: at + 1)
        bytes[4] = 1
        bytes.append(littleEndian: CRC32.of(bytes[...]), bytes: 4)
        return bytes
    }

    @Test func `the network's purse is a sliding day`() throws {
        let bench = try Bench(
            Bench.configuration {
                $0.dailyAirTime = .milliseconds(500)
                $0.dataRate = DataRate(5)
            })
        try bench.join()
        let airTime = try #require(bench.device.airTime(payloadCount: 3))
        let fits = Int(TimeSpan.milliseconds(500).nanoseconds / airTime.nanoseconds)
        for _ in 0..<fits { _ = try bench.send() }
        #expect(bench.device.remainingDailyAirTime(at: bench.now) == .milliseconds(500) - airTime * Int64(fits))
        let earliest = try #require(bench.device.earliestTransmission(payloadCount: 3, at: bench.now))
        #expect(earliest - bench.now > .hours(23))
        let actions = try bench.device.send(Uplink(port: 1, payload: [1, 2, 3]), at: bench.now)
        #expect(actions == [.waiting(until: earliest, reason: .dailyAirTime)])
        #expect(bench.device.nextDeadline == earliest)
        #expect(bench.device.tick(at: earliest).count == 2)
    }
}
