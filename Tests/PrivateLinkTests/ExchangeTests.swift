import Ciphers
import Testing
import Timekeeping

@testable import LoRaWAN
@testable import PrivateLink

@Suite struct BaseExchangeTests {
    private func joined(_ count: Int = 1, _ change: (inout BaseConfiguration) -> Void = { _ in }) throws -> World {
        let world = try World(devices: count) {
            $0.movesDataRate = false
            change(&$0)
        }
        world.start()
        try #require(try world.run(for: .minutes(20)) { world.boards.allSatisfy { $0.device.isJoined } })
        try world.run(for: .minutes(4))
        return world
    }

    private func refusals(_ world: World) -> [FrameRefusal] {
        world.events.compactMap { if case .refused(let reason, _) = $0 { reason } else { nil } }
    }

    @Test func `a device joins, and speaks where the base listens`() throws {
        let world = try joined()
        try world.send(0, [1, 2, 3])
        try world.run(for: .seconds(10))
        let uplink = try #require(world.uplinks.first)
        #expect(uplink.payload == [1, 2, 3] && uplink.port == 1 && uplink.counter.rawValue == 0)
        #expect(uplink.dataRate == DataRate(5))
        #expect(world.boards[0].device.state.session?.devAddr == uplink.devAddr)
        #expect(world.boards[0].results == [.sent])
    }

    @Test func `a confirmed uplink is acknowledged in RX1, and its state is stored before`() throws {
        let world = try joined()
        world.order = []
        try world.send(0, [9], confirmed: true)
        try world.run(for: .seconds(10))
        #expect(world.boards[0].results == [.acknowledged])
        #expect(world.order == ["persist", "deliver", "transmit"])
        let sent = try #require(world.air.last)
        #expect(sent.from == .base)
        #expect(sent.start - world.air[world.air.count - 2].end == .seconds(2))
    }

    @Test func `a repetition of a confirmed uplink is acknowledged again and told once`() throws {
        let world = try joined()
        try world.send(0, [9], confirmed: true)
        try world.run(for: .seconds(10))
        let frame = try #require(world.air.last { $0.from == .device(0) }).transmission.payload
        let answers = world.air.count { $0.from == .base }
        try world.inject(frame)
        try world.run(for: .seconds(10))
        #expect(world.air.count { $0.from == .base } == answers + 1)
        #expect(world.uplinks.count == 1)
        // Who recorded it has no more of it than NbTrans, and two minutes.
        for _ in 0..<40 {
            try world.inject(frame)
            try world.run(for: .seconds(4))
        }
        #expect(world.air.count { $0.from == .base } <= answers + 15)
        #expect(world.uplinks.count == 1)
    }

    @Test func `a replay is refused, before and after a restart of the base`() throws {
        let world = try joined()
        for number in 0..<3 {
            try world.send(0, [UInt8(number)])
            try world.run(for: .seconds(10))
        }
        let frames = world.air.filter { $0.from == .device(0) }.map(\.transmission.payload)
        for isRestarted in [false, true] {
            if isRestarted { try world.cutBase() }
            // Where it listens for lost devices it would not hear them.
            try world.run(for: .minutes(61)) {
                !world.base.isPairing(at: world.now) && !world.base.isPairing(at: world.now + .minutes(2))
            }
            let stored = world.persists
            for frame in frames {
                try world.inject(frame)
                try world.run(for: .seconds(10))
            }
            #expect(world.uplinks.count == 3)
            #expect(world.persists == stored, "a replay costs no write")
        }
        #expect(refusals(world).count { $0.kind == "replay" } == 2 * frames.count)
    }

    @Test func `garbage, other networks and downlinks cost neither disk nor air-time`() throws {
        let world = try joined()
        let (stored, sent) = (world.persists, world.air.count { $0.from == .base })
        var random = DeviceRandom(seed: 5)
        for _ in 0..<2_000 {
            let length = 1 + random.number(below: 60)
            var frame = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            if random.number(below: 3) == 0 {
                frame[0] = [0x00, 0x40, 0x80, 0x60, 0x20, 0xE0][random.number(below: 6)]
            }
            if random.number(below: 4) == 0, frame.count > 5,
                let address = world.boards[0].device.state.session?.devAddr
            {
                for byte in 0..<4 { frame[1 + byte] = UInt8(truncatingIfNeeded: address.rawValue >> (8 * byte)) }
            }
            try world.inject(frame)
            try world.run(for: .milliseconds(400))
        }
        #expect(world.persists == stored)
        #expect(world.air.count { $0.from == .base } == sent)
        #expect(refusals(world).count >= 2_000)
        try world.send(0, [1])
        try world.run(for: .seconds(10))
        #expect(world.uplinks.last?.payload == [1], "and the own device is heard as before")
    }

    @Test func `a stranger's join is counted and not answered`() throws {
        let world = try joined()
        let sent = world.air.count { $0.from == .base }
        let key = try AES128Key([UInt8](repeating: 99, count: 16))
        let mac = try AESCMAC(key)
        for number in 0..<20 {
            let stranger = JoinRequest(
                joinEUI: JoinEUI(rawValue: 7), devEUI: DevEUI(rawValue: 0xAAAA + UInt64(number)),
                devNonce: DevNonce(rawValue: 0))
            try world.inject(try #require(stranger.encoded(authentication: mac)))
            try world.run(for: .seconds(7))
        }
        // One of ours by its name, with another key.
        let registration = try World.registration(0)
        let thief = JoinRequest(
            joinEUI: registration.joinEUI, devEUI: registration.devEUI, devNonce: DevNonce(rawValue: 900))
        try world.inject(try #require(thief.encoded(authentication: mac)))
        try world.run(for: .seconds(7))
        #expect(world.air.count { $0.from == .base } == sent)
        #expect(world.base.strangers.count == BaseStation.rememberedStrangers)
        #expect(world.base.strangers.last == DevEUI(rawValue: 0xAAAA + 19))
        #expect(refusals(world).contains(.wrongRootKey(registration.devEUI)))
    }

    @Test func `a join-request is answered once, whoever sends it again`() throws {
        let world = try joined()
        let request = try #require(world.air.last { $0.transmission.payload.first == 0 && $0.from == .device(0) })
        let sent = world.air.count { $0.from == .base }
        for rate: UInt8 in [0, 5] {
            try world.inject(request.transmission.payload, dataRate: DataRate(rate))
            try world.run(for: .seconds(10))
        }
        try world.cutBase()
        try world.run(for: .minutes(4))
        try world.inject(request.transmission.payload)
        try world.run(for: .seconds(10))
        #expect(world.air.count { $0.from == .base } == sent)
    }

    @Test func `the link check tells the margin, the time is that of the uplink's end`() throws {
        let world = try joined()
        world.snr[0] = 4 * 3
        world.boards[0].device.requestLinkCheck()
        world.boards[0].device.requestDeviceTime()
        let board = world.boards[0]
        var margin: UInt8?
        var offset: Int64?
        try world.send(0, [1])
        let end = try #require(world.air.last).end
        // The actions are looked at as they come.
        let answered = try world.run(for: .seconds(10)) {
            board.window == nil && board.event != nil && !board.isSending
        }
        #expect(answered)
        if let event = board.event?.event {
            for action in board.device.handle(event) {
                if case .linkCheck(let value, gateways: 1) = action { margin = value }
                if case .networkTime(let utc, let at) = action { offset = utc.nanoseconds - at.nanoseconds }
            }
            board.event = nil
        }
        let shift = try #require(offset)
        #expect(margin == 10, "3 dB above the -7.5 dB of SF7")
        #expect(abs(shift - 1_800_000_000_000_000_000) < 5_000_000, "to 1/256 s; the uplink ended at \(end)")
    }

    @Test func `downlinks of the queue go one with each uplink, and a confirmed one is told to be acknowledged`() throws
    {
        let world = try joined()
        let device = try World.registration(0).devEUI
        for number: UInt8 in 0..<3 {
            try world.base.enqueue(
                QueuedDownlink(identifier: "\(number)", port: 10, payload: [number], confirmed: number == 1),
                for: device)
        }
        for _ in 0..<5 {
            try world.send(0, [1])
            try world.run(for: .seconds(10))
        }
        #expect(world.boards[0].delivered.map(\.payload) == [[0], [1], [2]])
        let sent = world.events.compactMap {
            if case .sent(let downlink, _, _, _) = $0 { downlink.identifier } else { nil }
        }
        #expect(sent == ["0", "1", "2"])
        let acknowledged = world.events.compactMap {
            if case .acknowledged(let downlink, _, _, let isHeard) = $0 {
                "\(downlink.identifier) \(isHeard)"
            } else {
                nil
            }
        }
        #expect(acknowledged == ["1 true"])
        #expect(throws: QueueRefusal.wrongPort(0)) {
            try world.base.enqueue(QueuedDownlink(identifier: "", port: 0, payload: []), for: device)
        }
        #expect(throws: QueueRefusal.unknownDevice(DevEUI(rawValue: 1))) {
            try world.base.enqueue(QueuedDownlink(identifier: "", port: 1, payload: []), for: DevEUI(rawValue: 1))
        }
    }

    @Test func `a repetition takes nothing of the queue`() throws {
        let world = try joined()
        let device = try World.registration(0).devEUI
        try world.send(0, [9], confirmed: true)
        try world.run(for: .seconds(10))
        let frame = try #require(world.air.last { $0.from == .device(0) }).transmission.payload
        for number: UInt8 in 0..<3 {
            try world.base.enqueue(QueuedDownlink(identifier: "\(number)", port: 10, payload: [number]), for: device)
        }
        for _ in 0..<10 {
            try world.inject(frame)
            try world.run(for: .seconds(8))
        }
        for _ in 0..<4 {
            try world.send(0, [1])
            try world.run(for: .seconds(10))
        }
        #expect(world.boards[0].delivered.map(\.payload) == [[0], [1], [2]])
    }

    @Test func `a downlink that nobody wants any more is told and not sent`() throws {
        let world = try joined()
        let device = try World.registration(0).devEUI
        let now = UTCInstant(nanoseconds: world.now.nanoseconds + 1_800_000_000_000_000_000)
        for (identifier, wanted) in [("old", TimeSpan.seconds(1)), ("new", .hours(1))] {
            try world.base.enqueue(
                QueuedDownlink(identifier: identifier, port: 10, payload: [1], expiresAt: now + wanted), for: device)
        }
        try world.run(for: .seconds(5))
        try world.send(0, [1])
        try world.run(for: .seconds(10))
        #expect(world.boards[0].delivered.count == 1)
        let expired = world.events.compactMap {
            if case .expired(let downlink, _) = $0 { downlink.identifier } else { nil }
        }
        #expect(expired == ["old"])
    }

    @Test func `a join-request that was recorded makes nobody missing who goes on in the session before`() throws {
        let world = try joined()
        try world.send(0, [0])
        try world.run(for: .seconds(10))
        let registration = try World.registration(0)
        let mac = try AESCMAC(registration.appKey)
        let request = JoinRequest(
            joinEUI: registration.joinEUI, devEUI: registration.devEUI, devNonce: DevNonce(rawValue: 60_000))
        try world.inject(try #require(request.encoded(authentication: mac)))
        try world.run(for: .seconds(20))
        try world.send(0, [1])
        try world.run(for: .minutes(14))
        #expect(world.uplinks.count == 2)
        #expect(!world.base.isMissing(registration.devEUI, at: world.now))
        try world.run(for: .minutes(20))
        #expect(world.base.isMissing(registration.devEUI, at: world.now))
    }

    @Test func `a full disk at the end of a move leaves the base listening, and is tried each half minute`() throws {
        let world = try joined { $0.movesDataRate = true }
        world.snr[0] = -30
        (world.boards[0].pace, world.boards[0].speaksAt) = (.seconds(15), world.now)
        try #require(try world.run(for: .hours(2)) { world.base.core.move?.lastTold != nil })
        world.isDiskFull = true
        world.boards[0].isOff = true
        var (failures, steps) = (0, 0)
        let end = world.now + .minutes(30)
        while world.now < end {
            let due = max(world.now, world.base.nextDeadline)
            world.now = min(due, end)
            guard due < end else { break }
            let before = world.base.storeRetry
            world.perform(world.base.tick(at: world.now))
            if world.base.storeRetry != before, world.base.storeRetry != nil { failures += 1 }
            steps += 1
            try #require(steps < 2_000, "it is tried without pause")
        }
        #expect((40...62).contains(failures), "\(failures)")
        world.isDiskFull = false
        world.now = world.now + .seconds(31)
        world.perform(world.base.tick(at: world.now))
        #expect(world.base.core.move == nil && world.base.state.dataRate < DataRate(5))
    }

    @Test func `a full disk answers nobody and tells nothing, and the device's next try is taken`() throws {
        let world = try joined()
        world.isDiskFull = true
        let sent = world.air.count { $0.from == .base }
        try world.send(0, [1], confirmed: true)
        try world.run(for: .seconds(20))
        #expect(world.uplinks.isEmpty && world.air.count { $0.from == .base } == sent)
        world.isDiskFull = false
        try world.send(0, [2], confirmed: true)
        try world.run(for: .seconds(20))
        #expect(world.uplinks.map(\.payload) == [[2]])
        #expect(world.boards[0].results.last == .acknowledged)
    }
}
