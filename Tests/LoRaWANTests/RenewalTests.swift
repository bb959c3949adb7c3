import Testing
import Timekeeping

@testable import LoRaWAN

/// A session that the server does not know any more is found and ended by a join, and by nothing else.
@Suite struct RenewalTests {
    static let question = Uplink(port: 1, payload: [1, 2, 3], confirmed: true)

    /// Joined, behind a network that says nothing any more.
    func forgotten(_ change: (inout DeviceConfiguration) -> Void = { _ in }) throws -> Bench {
        let bench = try Bench(
            Bench.configuration {
                $0.adr = false
                $0.dataRate = DataRate(5)
                change(&$0)
            })
        try bench.join()
        bench.reply = { _ in .silence }
        return bench
    }

    func ask(_ bench: Bench, times: UInt32, every: TimeSpan = .minutes(15)) throws {
        for _ in 0..<times {
            bench.now = bench.now + every
            try bench.send(Self.question)
        }
    }

    func joins(_ bench: Bench) -> [Bench.OnAir] { bench.air.filter { $0.transmission.payload.first == 0 } }

    @Test func `eight questions in a row without an answer bring a join, and the old session is kept until its answer`()
        throws
    {
        let bench = try forgotten()
        let address = bench.device.state.session?.keys
        try ask(bench, times: NetworkContact.questionLimit - 1)
        #expect(bench.device.nextDeadline == nil, "seven are not enough")
        try ask(bench, times: 1)
        try bench.run(for: .minutes(5)) { joins(bench).count == 2 }
        #expect(joins(bench).count == 2)
        #expect(joins(bench).last?.transmission.modulation.spreadingFactor == 12, "where it reaches furthest")
        try bench.run(for: .minutes(1)) { bench.device.isIdle }
        #expect(bench.device.isIdle && bench.device.state.session?.keys == address)
        try bench.send()
        #expect(try bench.lastUplink().counter == 8, "reports go on in the old session")

        bench.reply = { $0.payload.first == 0 ? .rx1(try bench.peer.joinAccept(to: $0.payload)) : .silence }
        try bench.run(for: .hours(1)) { bench.device.state.session?.keys != address }
        #expect(bench.peer.devNonces == [0, 2], "its nonces go on")
        try bench.send()
        #expect(try bench.lastUplink().counter == 0)
        #expect(bench.device.nextDeadline == nil, "and no join follows")
    }

    @Test func `uplinks that ask nothing are no evidence, however many`() throws {
        let bench = try forgotten()
        for _ in 0..<500 {
            bench.now = bench.now + .minutes(15)
            try bench.send()
        }
        #expect(joins(bench).count == 1 && bench.device.nextDeadline == nil)
        #expect(bench.device.state.contact.wantsQuestion(at: bench.now))
        try ask(bench, times: 1)
        #expect(bench.device.nextDeadline != nil, "one question is, after so long a silence")
    }

    @Test func `ADRACKReq is a question, which 32 uplinks without an answer leave open`() throws {
        let bench = try forgotten { $0.adr = true }
        for _ in 0..<(96 + 7 * 32) {
            bench.now = bench.now + .seconds(100)
            try bench.send()
        }
        #expect(bench.device.state.contact.questions == 7 && bench.device.nextDeadline == nil)
        for _ in 0..<32 {
            bench.now = bench.now + .seconds(100)
            try bench.send()
        }
        #expect(bench.device.nextDeadline != nil)
    }

    @Test func `questions within a minute count once`() throws {
        let bench = try forgotten()
        try ask(bench, times: 20, every: .seconds(4))
        #expect(bench.device.state.contact.questions < NetworkContact.questionLimit)
    }

    @Test func `a frame that the radio did not send asks nothing`() throws {
        let bench = try forgotten()
        for _ in 0..<20 {
            bench.now = bench.now + .minutes(15)
            bench.perform(try bench.device.send(Self.question, at: bench.now))
            bench.perform(bench.device.handle(.transmitFailed(reason: "broken", at: bench.now)))
        }
        #expect(bench.device.state.contact.questions == 0)
    }

    @Test func `any word of the network ends the doubt`() throws {
        let bench = try forgotten()
        try ask(bench, times: 8)
        #expect(bench.device.nextDeadline != nil && bench.device.state.contact.isLost(at: bench.now))
        try bench.send(reply: .rx2(try bench.peer.downlink(port: 1, payload: [7])))
        #expect(bench.device.nextDeadline == nil && !bench.device.state.contact.isDoubtful(at: bench.now))
        #expect(bench.device.state.contact.uplinks == 0)
    }

    @Test func `behind a server that never answers sixty days of joins keep within their share`() throws {
        let bench = try forgotten()
        try ask(bench, times: 8)
        let begin = bench.now
        var (counters, days) = (Set<UInt32>(), [Int](repeating: 0, count: 61))
        for _ in 0..<(60 * 24) {
            try bench.run(for: .hours(1))
            try bench.run { bench.device.isIdle }
            try bench.send()
            counters.insert(try bench.lastUplink().counter)
        }
        #expect(counters.count == 60 * 24, "each report goes out in the meantime")
        let tries = joins(bench).filter { $0.start > begin }
        for one in tries { days[Int((one.start - begin).seconds / 86_400)] += 1 }
        #expect(tries.filter { $0.start - begin < .hours(12) }.count <= 28)
        #expect(days[0] <= 32 && days[1..<60].allSatisfy { (2...6).contains($0) }, "\(days)")
        var window = AirTimeWindow(length: .hours(24), limit: .hours(1))
        for one in tries where one.start - begin > .hours(24) {
            window.record(start: one.start, airTime: one.airTime)
            #expect(TimeSpan.hours(1) - window.remaining(at: one.start + one.airTime) < .milliseconds(8_700))
        }
    }

    @Test func `after a restart the doubt goes on where it was`() throws {
        let first = try forgotten()
        try ask(first, times: 8)
        try first.run(for: .minutes(5)) { joins(first).count == 2 }
        let state = try DeviceState(decoding: try #require(first.stored))
        #expect(state.contact.isLost(at: first.now) && state.contact.tries == 1)
        let again = try Bench(restoring: state, boot: "boot-2", at: MonotonicInstant(nanoseconds: 5_000_000_000))
        again.reply = { _ in .silence }
        again.perform(again.device.start(at: again.now))
        #expect(again.device.isIdle && again.device.isJoined)
        let due = try #require(again.device.nextDeadline)
        #expect(due - again.now > .minutes(20), "a reset loop is no reason to hurry")
    }

    @Test func `a store that fails holds back the join and not the uplinks`() throws {
        let bench = try forgotten()
        try ask(bench, times: 8)
        bench.isStoreBroken = true
        let nonce = bench.device.state.nextDevNonce
        try bench.run(for: .minutes(2))
        #expect(joins(bench).count == 1 && bench.device.state.nextDevNonce == nonce)
        #expect(bench.device.isIdle, "whether an uplink may go out without the disk is not the join's affair")
        bench.isStoreBroken = false
        try bench.send()
        try bench.run(for: .hours(1)) { joins(bench).count == 2 }
        #expect(joins(bench).count == 2)
    }

    @Test func `a server that begins its JoinNonces anew is asked again soon`() throws {
        let bench = try forgotten()
        try ask(bench, times: 8)
        bench.peer.joinNonce = 0
        bench.reply = { $0.payload.first == 0 ? .rx1(try bench.peer.joinAccept(to: $0.payload)) : .silence }
        let begin = bench.now
        let keys = bench.device.state.session?.keys
        try bench.run(for: .hours(2)) { bench.device.state.session?.keys != keys }
        #expect(bench.discards() == [.joinNonceRepeated(JoinNonce(rawValue: 1))])
        #expect(bench.now - begin < .minutes(6))
        let refusals = bench.log.compactMap { if case .joinFailed(_, let refused) = $0 { refused } else { nil } }
        #expect(refusals == [JoinNonce(rawValue: 1)], "an answer that is of no use is not told as none")
    }

    @Test func `the network's order is obeyed at once, again after a restart, and whatever it says meanwhile`() throws {
        let bench = try forgotten()
        bench.perform(bench.device.renewSession(at: bench.now))
        #expect(bench.device.isJoined && bench.device.isIdle)
        try bench.send(reply: .rx2(try bench.peer.downlink(port: 1, payload: [7])))
        try bench.run(for: .minutes(1)) { joins(bench).count == 2 }
        let state = try DeviceState(decoding: try #require(bench.stored))
        let again = try Bench(peer: bench.peer, restoring: state, boot: "boot-2")
        again.perform(again.device.start(at: again.now))
        try again.run(for: .minutes(30)) { again.device.state.session?.keys != state.session?.keys }
        #expect(!again.device.state.contact.isRenewalOrdered && again.device.nextDeadline == nil)
    }

    @Test func `a device that never joins has nothing to renew`() throws {
        let bench = try ActivationTests().bench()
        bench.reply = { _ in .silence }
        try ask(bench, times: 20)
        #expect(bench.device.state.contact.isLost(at: bench.now))
        #expect(bench.device.nextDeadline == nil && joins(bench).isEmpty)
        bench.perform(bench.device.renewSession(at: bench.now))
        #expect(bench.device.nextDeadline == nil)
    }

    @Test func `a device of class C listens in the windows of the join, and then to its own again`() throws {
        let bench = try forgotten { $0.deviceClass = .c }
        try ask(bench, times: 8)
        let begin = bench.log.count
        try bench.run(for: .minutes(5)) { joins(bench).count == 2 }
        try bench.run(for: .minutes(1)) { bench.device.isIdle }
        #expect(ClassCTests().orders(bench, since: begin) == ["transmit", "receive", "receive", "listen"])
        let request = try #require(joins(bench).last)
        #expect(
            bench.windows.suffix(2).map { $0.opensAt - request.start - request.airTime } == [.seconds(5), .seconds(6)])
    }

    @Test func `what was sent since the last word of a lost session is told until it was made good`() throws {
        let bench = try forgotten()
        let offset: Int64 = 1_790_000_000_000_000_000
        bench.device.utcOffset = offset
        try bench.send(reply: .rx2(try bench.peer.downlink(port: 1, payload: [7])))
        let word = try #require(bench.device.state.contact.since)
        try ask(bench, times: 8)
        bench.reply = { $0.payload.first == 0 ? .rx1(try bench.peer.joinAccept(to: $0.payload)) : .silence }
        try bench.run(for: .hours(1)) { bench.device.state.contact.gapSince != nil }
        let state = try DeviceState(decoding: try #require(bench.stored))
        #expect(state.contact.gapSince == UTCInstant(nanoseconds: word.nanoseconds + offset))
        bench.device.closeGap()
        #expect(bench.device.state.contact.gapSince == nil)
    }

    @Test func `a session goes on only through the medium that made it, an ABP device's through any`() throws {
        let simulated = Bench.configuration { $0.medium = "simulated" }
        let bench = try Bench(simulated)
        try bench.join()
        let state = try DeviceState(decoding: try #require(bench.stored))
        #expect(try Bench(simulated, restoring: state).device.isJoined)
        let real = try Bench(Bench.configuration { $0.medium = "air" }, restoring: state)
        #expect(!real.device.isJoined && real.device.state.nextDevNonce == 1)
        var older = state
        older.medium = ""
        #expect(try Bench(simulated, restoring: older).device.isJoined, "an older version did not say")
        let personal = try ActivationTests().bench()
        try personal.send()
        var given = try DeviceState(decoding: try #require(personal.stored))
        given.medium = "simulated"
        let moved = try ActivationTests().bench(restoring: given)
        #expect(moved.device.state.session?.uplinkCounter.rawValue == 1)
    }
}
