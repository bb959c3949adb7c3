import HardwareSimulators
import LinuxHardware
import LoRaWAN
import MeterValues
import TestSupport
import Testing
import Timekeeping
import UplinkPayload

@testable import BridgeConfiguration
@testable import BridgePlanning
@testable import UplinkBridge

/// A network that says nothing any more, as the bridge and its people see it.
@Suite struct SilentNetworkTests {
    static let hourly = TestConfiguration.minimal.replacing("[[report]]", with: "[[report]]\nevery = \"1h\"")

    /// The device is deleted at the server and registered again: its session and its nonces are gone there.
    func forget(_ bench: UplinkBench) throws {
        let lorawan = bench.link.configuration.lorawan
        guard case .overTheAir(let joinEUI, let appKey) = lorawan.activation else { return }
        try bench.link.server.register(
            devEUI: lorawan.devEUI.rawValue, joinEUI: joinEUI.rawValue, appKey: appKey)
    }

    func news(_ bench: UplinkBench) -> [ContactNews] {
        bench.events.compactMap { if case .contact(let news) = $0 { news } else { nil } }
    }

    @Test func `a bridge whose reports are readings asks, doubts, joins, and is well again`() throws {
        let bench = try UplinkBench(Self.hourly)
        bench.post()
        bench.run(for: .hours(2))
        try forget(bench)
        let begin = bench.world.now
        while bench.link.server.joins.count < 2, bench.world.now - begin < .hours(60) {
            bench.post()
            bench.run(for: .minutes(30))
        }
        #expect(bench.world.now - begin < .hours(48))
        bench.run(for: .hours(1))
        #expect(bench.link.server.uplinks.last.map { $0.heard.at > begin } == true)
        let told = news(bench)
        #expect(told.count == 3, "\(told)")
        guard case .doubtful(let first) = told.first, case .lost = told.dropFirst().first, told.last == .heard else {
            Issue.record("\(told)")
            return
        }
        #expect(first.description.contains("no word from the network for"))
        // Ten a day are allowed, and each is followed by one that no server hears.
        let confirmed = bench.link.air.uplinks.filter { $0.payload[0] >> 5 == 4 }.map(\.start)
        for start in confirmed { #expect(confirmed.count { $0 >= start && $0 - start < .hours(24) } <= 10) }
    }

    @Test func `a network that allows no downlinks is asked once a day, and left all the same`() throws {
        let text = TestConfiguration.minimal.replacing(
            "[lorawan]", with: "[lorawan]\ndaily_downlinks = 0\nadr = false\n"
        )
        .replacing("[[report]]", with: "[[report]]\nevery = \"15m\"")
        let bench = try UplinkBench(text)
        bench.post()
        bench.run(for: .hours(2))
        try forget(bench)
        let begin = bench.world.now
        while bench.link.server.joins.count < 2, bench.world.now - begin < .hours(60) {
            bench.post()
            bench.run(for: .minutes(30))
        }
        #expect(bench.world.now - begin < .hours(48))
        #expect(bench.link.air.uplinks.count { $0.payload[0] >> 5 == 4 } <= 2)
    }

    @Test func `status is in trouble before the join and during it, and says since when`() throws {
        let bench = try UplinkBench.noting(Self.hourly)
        let source = StatusSource(bench.commons, clock: bench.world.clock, heartbeats: Heartbeats())
        func status() -> BridgeStatus {
            bench.commons.linkStatus.ask()
            bench.loop.poll()
            return source.status()
        }
        bench.post()
        bench.run(for: .hours(1))
        #expect(status().link?.silence == nil && status().link?.heardAgoSeconds != nil)
        bench.link.server.isMute = true
        var (silentFrom, joinFrom): (MonotonicInstant?, MonotonicInstant?)
        for _ in 0..<(72 * 2) {
            bench.post()
            bench.run(for: .minutes(30))
            let now = status()
            if silentFrom == nil, now.link?.silence != nil { silentFrom = bench.world.now }
            if joinFrom == nil, now.link?.nextJoinSeconds != nil { joinFrom = bench.world.now }
            if silentFrom != nil { #expect(!now.healthy && now.troubles.contains { $0.hasPrefix("no word from") }) }
        }
        #expect(try #require(silentFrom) < #require(joinFrom))
        let end = status()
        #expect(
            end.troubles.contains {
                $0.hasPrefix("no word from the network for 2 days, ")
                    || $0.hasPrefix("no word from the network for 3 days, ")
            }, "\(end.troubles)")
        #expect(end.link?.isJoined == true && end.link?.uplinksSinceHeard ?? 0 > 60)
        let metrics = String(decoding: end.metrics(at: bench.world.clock.utc), as: UTF8.self)
        #expect(metrics.contains("p1lora_uplinks_since_last_downlink \(end.link?.uplinksSinceHeard ?? 0)\n"))
        bench.link.server.isMute = false
        for _ in 0..<24 {
            bench.post()
            bench.run(for: .minutes(30))
        }
        #expect(status().link?.silence == nil)
    }

    @Test func `the owner's order leaves the session at once, and a group's is refused`() throws {
        let bench = try UplinkBench(Self.hourly)
        bench.post()
        bench.run(for: .minutes(30))
        let source = StatusSource(bench.commons, clock: bench.world.clock, heartbeats: Heartbeats())
        #expect(source.orderRejoin(by: nil).status == 403)
        #expect(source.orderRejoin(by: 4_711).status == 403)
        bench.run(for: .minutes(5))
        #expect(bench.link.server.joins.count == 1)
        #expect(source.orderRejoin(by: 0).status == 200)
        bench.run(for: .minutes(5))
        #expect(bench.link.server.joins.count == 2)
        bench.run(for: .hours(3))
        #expect(bench.link.server.joins.count == 2, "once")
    }

    @Test
    func `quarter-hours sent since the last word are due again in a new session, newest first, also over a restart`()
        throws
    {
        for restarts in [false, true] {
            let now = MonotonicInstant(nanoseconds: 0) + .hours(50)
            let newest = QuarterHour(number: 240_000)
            let word = QuarterHour(number: newest.number - 192)
            var chances = DeliveryChances(newest: QuarterHour(number: word.number - 10))
            func item(_ number: Int64) -> DeliveryChances.Item { .init(end: QuarterHour(number: number), registers: 1) }
            chances.note([item(word.number - 3)], copy: .infinity, at: now - .hours(48))
            for number in word.number...newest.number {
                chances.note([item(number)], copy: 20, at: now - .minutes(15 * (newest.number - number)))
            }
            #expect(chances.copies(of: item(newest.number)) == 20)
            if restarts {
                chances = DeliveryChances(newest: newest, gapSince: word)
            } else {
                chances.forget(sentSince: now - .hours(48), first: word)
            }
            #expect(chances.copies(of: item(word.number + 1)) == 0 && chances.copies(of: item(newest.number)) == 0)
            #expect(chances.oldest(upTo: newest, sentLessThan: 4) >= 191)
        }
    }
}

/// Answers to the network's MAC commands have a pace.
@Suite struct AnswerPaceTests {
    static let daily = TestConfiguration.minimal.replacing("[[report]]", with: "[[report]]\nevery = \"1h\"")
        .replacing("[lorawan]", with: "[lorawan]\nnetwork = \"custom\"\nadr = false")

    /// A server that wants something with each of its downlinks, for ever.
    func uplinks(asking: @escaping (NetworkServer, UInt64) -> Void, for span: TimeSpan) throws -> [DeliveredUplink] {
        let bench = try UplinkBench(Self.daily)
        let (server, device) = (bench.link.server, bench.link.configuration.lorawan.devEUI.rawValue)
        server.onUplink = { _ in asking(server, device) }
        bench.post()
        bench.run(for: .minutes(2))
        let begin = bench.world.now
        while bench.world.now - begin < span {
            bench.post()
            bench.run(for: .minutes(20))
        }
        return server.uplinks
    }

    @Test func `a status request in each answer is answered with the next report`() throws {
        let uplinks = try uplinks(asking: { $0.enqueue(commands: [0x06], for: $1) }, for: .hours(5))
        #expect(uplinks.count <= 7, "\(uplinks.count)")
        #expect(uplinks.count { $0.commands.first == 0x06 } >= 4)
    }

    @Test func `a confirmed frame in each answer is acknowledged with the next report`() throws {
        let uplinks = try uplinks(
            asking: { server, device in
                if server.queue(of: device).isEmpty {
                    server.enqueue(QueuedDownlink(port: 99, payload: [1], isConfirmed: true), for: device)
                }
            }, for: .hours(5))
        #expect(uplinks.count <= 7, "\(uplinks.count)")
        #expect(uplinks.count { $0.acknowledges } >= 4)
    }

    @Test func `FPending without end is answered soon a few times, and then four times an hour`() throws {
        let uplinks = try uplinks(
            asking: { server, device in
                while server.queue(of: device).count < 3 {
                    server.enqueue(QueuedDownlink(port: 99, payload: [1]), for: device)
                }
            }, for: .hours(5))
        let first = try #require(uplinks.first?.heard.at)
        #expect(uplinks.count { $0.heard.at - first < .minutes(2) } == 5)
        #expect((20...36).contains(uplinks.count), "\(uplinks.count)")
    }

    @Test func `a change of the windows is answered within minutes, and no more than a few times`() throws {
        let uplinks = try uplinks(asking: { $0.enqueue(commands: [0x08, 1], for: $1) }, for: .hours(5))
        let first = try #require(uplinks.first?.heard.at)
        #expect(uplinks.dropFirst().first.map { $0.heard.at - first < .minutes(3) } == true)
        #expect((20...36).contains(uplinks.count), "\(uplinks.count)")
    }

    @Test func `it is told once`() throws {
        var pace = AnswerPace()
        let start = MonotonicInstant(nanoseconds: 0)
        #expect(pace.due(for: .answers, airTime: .seconds(1), at: start) == nil)
        #expect(pace.due(for: .pressing, airTime: .seconds(1), at: start) == start + .minutes(1))
        for _ in 0..<4 {
            #expect(pace.due(for: .more, airTime: .seconds(1), at: start) == start)
            pace.spend(.seconds(1), at: start)
        }
        #expect(pace.due(for: .more, airTime: .seconds(1), at: start).map { $0 - start } == .seconds(1_000))
        #expect(pace.isNews() && !pace.isNews())
    }
}
