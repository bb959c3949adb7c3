import TestTags
import Testing
import Timekeeping

@testable import LoRaWAN
@testable import PrivateLink

/// Both ends in one world, for days.
@Suite(.slow) struct BaseWorldTests {
    private func world(_ count: Int, seed: UInt64 = 1, change: (inout BaseConfiguration) -> Void = { _ in }) throws
        -> World
    {
        let world = try World(devices: count, seed: seed, change: change)
        world.start()
        try #require(try world.run(for: .hours(1)) { world.boards.allSatisfy { $0.device.isJoined } })
        return world
    }

    private func moves(_ world: World) -> [DataRate] {
        world.events.compactMap { if case .moved(let rate) = $0 { rate } else { nil } }
    }

    @Test(arguments: [5, 3] as [UInt8])
    func `three devices with live values each ten seconds, through walls that take one frame in ten`(rate: UInt8) throws
    {
        let world = try world(3) {
            $0.movesDataRate = false
            $0.dataRate = DataRate(rate)
        }
        for device in 0..<3 {
            world.loss[device] = 10
            world.speak(device, each: .seconds(10), after: .milliseconds(3_300 * Int64(device)))
        }
        try world.run(for: .hours(4))
        world.expectNothingUsedTwice()
        world.expectLawKept()
        for device in 0..<3 {
            #expect(world.boards[device].sent.count > 1_300)
            // Three minutes of 47, one frame in ten, and few collisions.
            #expect((80...95).contains(world.arrived(device)))
            #expect(world.boards[device].device.state.nextDevNonce < 12, "few took the base as lost")
        }
    }

    @Test func `all go faster together when the weakest bears it, and slower when it does not`() throws {
        let world = try world(3) { $0.dataRate = DataRate(3) }
        for device in 0..<3 {
            world.snr[device] = 4 * 8
            world.speak(device, each: .seconds(15), after: .seconds(4 * Int64(device)))
        }
        try world.run(for: .hours(2))
        #expect(moves(world) == [DataRate(5)], "8 dB are 15 above what SF7 needs")
        #expect(world.boards.allSatisfy { $0.device.dataRate == DataRate(5) })

        // A door is shut: SF7 needs -7.5 dB, SF9 -12.5.
        world.snr[1] = 4 * -2
        try world.run(for: .hours(2))
        #expect(moves(world) == [DataRate(5), DataRate(3)])
        #expect(world.boards.allSatisfy { $0.device.dataRate == DataRate(3) })
        #expect(world.boards.allSatisfy { $0.device.state.devEUI == $0.configuration.devEUI && $0.boots == 1 })
        world.expectNothingUsedTwice()
    }

    @Test(arguments: [(0, 30), (20, 15), (40, 15)] as [(loss: Int, pace: Int64)])
    func `those that speak seldom are told first, and none is left behind`(loss: Int, pace: Int64) throws {
        let world = try world(3) { $0.dataRate = DataRate(3) }
        let paces: [TimeSpan] = [.seconds(10), .minutes(5), .minutes(pace)]
        for device in 0..<3 {
            world.snr[device] = 4 * 8
            world.loss[device] = loss
            world.speak(device, each: paces[device], after: .seconds(103 * Int64(device)))
        }
        // Twelve frames of each are wanted before all go faster.
        #expect(try world.run(for: .hours(30)) { !moves(world).isEmpty })
        let moved = world.now
        if loss == 0 {
            #expect(world.boards.allSatisfy { $0.device.dataRate == DataRate(5) && $0.device.state.nextDevNonce <= 4 })
        }
        try world.run(for: .minutes(130))
        for (board, view) in zip(world.boards, world.base.devices(at: world.now)) {
            #expect(view.heardAt.map { $0 > moved } ?? false)
            #expect(board.device.dataRate == DataRate(5) && view.dataRate == DataRate(5))
        }
        world.expectNothingUsedTwice()
        world.expectLawKept()
    }

    @Test func `a base that is started each half hour still finds a lost device`() throws {
        let world = try world(1)
        world.speak(0, each: .seconds(10))
        try world.run(for: .hours(1))
        // It is at a data rate where nobody listens but in the share for lost ones.
        world.isBaseOff = true
        try world.run(for: .hours(2))
        world.isBaseOff = false
        let back = world.now
        let session = world.boards[0].device.state.session?.devAddr
        world.baseStored = nil
        var isFound = false
        for _ in 0..<30 where !isFound {
            try world.cutBase()
            isFound = try world.run(for: .minutes(30)) {
                world.boards[0].device.state.session?.devAddr != session
            }
        }
        #expect(isFound, "not within \(world.now - back)")
    }

    @Test func `a device that speaks each hour is not looked for between its words`() throws {
        let world = try world(2) { $0.movesDataRate = false }
        world.speak(0, each: .seconds(10))
        world.speak(1, each: .hours(1), after: .seconds(5))
        try world.run(for: .hours(4))
        let from = world.boards[0].sent.count
        let before = world.uplinks.count { $0.devEUI == world.boards[0].configuration.devEUI }
        try world.run(for: .hours(4))
        let sent = world.boards[0].sent.count - from
        let came = world.uplinks.count { $0.devEUI == world.boards[0].configuration.devEUI } - before
        // Three minutes of 47 are for lost ones, not twelve.
        #expect(came * 100 >= sent * 93, "\(came) of \(sent)")
    }

    @Test func `a base whose file was damaged sends nothing in its first hour`() throws {
        let world = try world(1)
        world.speak(0, each: .seconds(10))
        try world.run(for: .minutes(30))
        world.baseStored = nil
        try world.cutBase(isStateLost: true)
        let cut = world.now
        try world.run(for: .minutes(59))
        #expect(!world.air.contains { $0.from == .base && $0.start > cut })
        try world.run(for: .minutes(120))
        #expect(world.air.contains { $0.from == .base && $0.start > cut })
        world.expectLawKept()
    }

    @Test func `a device that missed the order is told again`() throws {
        let world = try world(2) { $0.dataRate = DataRate(3) }
        for device in 0..<2 {
            world.snr[device] = 4 * 8
            world.loss[device] = 40
            world.speak(device, each: .seconds(10), after: .seconds(4 * Int64(device)))
        }
        try world.run(for: .hours(4))
        #expect(moves(world).first == DataRate(5))
        #expect(world.boards.allSatisfy { $0.device.dataRate == DataRate(5) })
        #expect(world.base.devices(at: world.now).allSatisfy { !$0.isMissing })
    }

    @Test(arguments: [1, 30] as [Int64])
    func `a base that was away is found again within an hour`(hours: Int64) throws {
        let world = try world(2)
        for device in 0..<2 { world.speak(device, each: .minutes(15), after: .seconds(400 * Int64(device))) }
        try world.run(for: .hours(3))
        world.isBaseOff = true
        try world.run(for: .hours(hours))
        world.isBaseOff = false
        try world.cutBase()
        let back = world.now
        let found = try world.run(for: .minutes(61)) {
            world.base.devices(at: world.now).allSatisfy { ($0.heardAt ?? back) > back }
        }
        #expect(found)
    }

    @Test func `a base whose disk is new lets its devices in again within an hour of their noticing`() throws {
        let world = try world(2)
        for device in 0..<2 { world.speak(device, each: .seconds(10), after: .seconds(4 * Int64(device))) }
        try world.run(for: .hours(1))
        world.baseStored = nil
        try world.cutBase()
        let known = Set(world.boards.compactMap { $0.device.state.session?.devAddr })
        let found = try world.run(for: .minutes(80)) {
            world.boards.allSatisfy { !known.contains($0.device.state.session?.devAddr ?? DevAddr(rawValue: 0)) }
        }
        #expect(found)
        let count = world.uplinks.count
        try world.run(for: .minutes(10))
        #expect(world.uplinks.count > count + 60)
    }

    @Test func `a device that was told another data rate while it was away is found at the pairing data rate`() throws {
        let world = try world(2) { $0.dataRate = DataRate(3) }
        world.speak(1, each: .seconds(10))
        world.snr = [0: 4 * 8, 1: 4 * 8]
        world.boards[0].isOff = true
        try world.run(for: .hours(2))
        #expect(moves(world) == [DataRate(5)])
        world.boards[0].isOff = false
        try world.cut(0)
        world.speak(0, each: .seconds(10))
        let found = try world.run(for: .minutes(75)) {
            world.base.devices(at: world.now).allSatisfy { !$0.isMissing }
                && world.boards[0].device.dataRate == DataRate(5)
        }
        #expect(found)
    }

    @Test func `power cuts at either end use no counter twice and pass no limit`() throws {
        let world = try world(3, seed: 3)
        var random = DeviceRandom(seed: 11)
        for device in 0..<3 {
            world.loss[device] = 10
            world.speak(device, each: .seconds(10), after: .milliseconds(3_300 * Int64(device)))
        }
        for cut in 0..<200 {
            try world.run(for: .milliseconds(Int64(random.number(below: 180_000))))
            if cut % 2 == 0 { try world.cutBase() } else { try world.cut(random.number(below: 3)) }
        }
        try world.run(for: .hours(1))
        world.expectNothingUsedTwice()
        world.expectLawKept()
        let numbers = world.uplinks.map { "\($0.devAddr) \($0.counter)" }
        #expect(Set(numbers).count == numbers.count, "no uplink is told twice")
        #expect((0..<3).allSatisfy { world.arrived($0) > 50 })
    }

    @Test func `a flood of questions is answered within the law`() throws {
        let world = try world(8) {
            $0.dataRate = DataRate(3)
            $0.movesDataRate = false
        }
        for device in 0..<8 { world.speak(device, each: .seconds(7), after: .milliseconds(850 * Int64(device))) }
        let end = world.now + .minutes(80)
        while world.now < end {
            for board in world.boards where board.device.isIdle { board.device.requestLinkCheck() }
            try world.run(for: .seconds(5))
        }
        world.expectLawKept()
        world.expectNothingUsedTwice()
        #expect(world.base.missedAnswers > 0, "the law's hour was used up")
    }

    @Test func `two bases with one key: the device keeps to one, the other counts what it can't read`() throws {
        let world = try world(1, seed: 1)
        var configuration = world.base.configuration
        configuration.randomSeed = 2
        var other = try BaseStation(configuration: configuration, bootIdentifier: "other", at: world.now)
        _ = other.start(at: world.now)
        _ = other.tick(at: world.now + .minutes(4))
        world.speak(0, each: .seconds(10))
        let from = world.air.count
        try world.run(for: .minutes(5))
        for frame in world.air.dropFirst(from) where frame.from == .device(0) {
            _ = other.handle(
                .received(ReceivedFrame(payload: frame.transmission.payload, at: frame.end, rssi: -80, snrQuarters: 20))
            )
        }
        #expect(other.refusals["other-network"] ?? 0 > 10)
        #expect(world.arrived(0) > 90)
    }
}
