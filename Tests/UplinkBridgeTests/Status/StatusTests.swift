import Ciphers
import Foundation
import HardwareInterfaces
import HardwareSimulators
import LoRaWAN
import SmartMeter
import TestSupport
import Testing
import Timekeeping
import UplinkPayload

@testable import BridgeConfiguration
@testable import BridgeStore
@testable import UplinkBridge

extension UplinkBench {
    /// As the supervisor gathers it.
    func status(heartbeats: Heartbeats = Heartbeats()) -> BridgeStatus {
        commons.linkStatus.ask()
        loop.poll()
        return StatusSource(commons, clock: world.clock, heartbeats: heartbeats).status()
    }

    /// A bench whose link is noted in the status, as in the service.
    static func noting(_ text: String = TestConfiguration.minimal) throws -> UplinkBench {
        let bench = try UplinkBench(text)
        bench.link.onEvent = { [commons = bench.commons, world = bench.world] event in
            commons.health.note(link: event, at: world.now)
        }
        return bench
    }
}

@Suite struct StatusTests {
    @Test func `before anything has happened the status says what is missing`() throws {
        let bench = try UplinkBench.noting()
        let status = bench.status()
        #expect(status.meters.map(\.state) == [.waiting])
        #expect(status.link?.isJoined == false)
        #expect(status.uplink == nil && status.downlink == nil)
    }

    @Test func `a join-request that was answered is not under way any more`() throws {
        let bench = try UplinkBench.noting()
        bench.run(for: .minutes(1))
        let status = bench.status()
        #expect(status.link?.isJoined == true)
        #expect(status.uplink?.report == nil && status.uplink?.result == "answered", "\(status.uplink as Any)")
    }

    @Test func `a bridge that has joined and sent says so`() throws {
        let bench = try UplinkBench.noting()
        bench.post()
        bench.run(for: .minutes(10))
        let status = bench.status()
        #expect(status.healthy, "\(status.troubles)")
        #expect(status.link?.devAddr != nil && status.link?.dataRate != nil)
        #expect(status.counters.joins == 1 && status.counters.frames == bench.link.air.uplinks.count)
        let air = bench.link.air.uplinks.reduce(TimeSpan.zero) { $0 + $1.airTime }
        #expect(abs(status.counters.airTimeSeconds - air.displaySeconds) < 0.002)
        #expect(status.uplink?.report == "readings" && status.uplink?.meter == "main", "\(status.uplink as Any)")
        #expect(status.uplink?.result == "sent")
        #expect(status.link?.rssi != nil, "the join-accept was heard")
        let spent = bench.link.air.uplinks.dropFirst().reduce(TimeSpan.zero) { $0 + $1.airTime }
        let dailyAirTime = try #require(status.link?.purse)
        #expect(dailyAirTime.limitSeconds == 30 && abs(dailyAirTime.usedSeconds - spent.displaySeconds) < 0.002)
        #expect(status.meters[0].registers.map(\.value) == ["0.842", "25.653"])
        #expect(status.meters[0].registers.map(\.name) == ["import_kw", "import_kwh"])
    }

    @Test func `the thread that serves the radio answers when asked, and only then`() throws {
        let bench = try UplinkBench.noting()
        bench.run(for: .minutes(1))
        #expect(bench.commons.linkStatus.newest == nil)
        bench.commons.linkStatus.ask()
        bench.loop.poll()
        #expect(bench.commons.linkStatus.newest?.isJoined == true)
        #expect(!bench.commons.linkStatus.isAsked)
    }

    @Test func `what a status says can be read again`() throws {
        let bench = try UplinkBench.noting()
        bench.post()
        bench.run(for: .minutes(10))
        let status = bench.status()
        let json = status.json()
        #expect(try BridgeStatus(json: json) == status)
        let text = String(decoding: json, as: UTF8.self)
        #expect(text.contains("\"dev_eui\":\"70B3D57ED0000001\"") && text.contains("\"healthy\":true"))
        #expect(!text.contains("2B7E1516"), "a key is in the status")
    }

    @Test func `that nobody answers a join-request is trouble, and not that none was sent yet`() throws {
        let bench = try UplinkBench.noting()
        bench.post()
        bench.link.air.lossProbability = 1
        bench.run(for: .seconds(1))
        #expect(bench.status().link?.isJoined == false && bench.status().healthy, "\(bench.status().troubles)")
        bench.run(for: .minutes(1))
        #expect(bench.status().troubles.first?.hasPrefix("not joined") == true, "\(bench.status().troubles)")
    }

    @Test func `a meter whose telegrams are refused is trouble at the third, and no more after a good one`() throws {
        let bench = try UplinkBench.noting()
        bench.run(for: .minutes(1))
        let health = bench.commons.health
        let sealer = try FrameSealer(key: AES128Key(hex: "00112233445566778899AABBCCDDEE00"))
        let meter = SimulatedMeter(
            household: HouseholdProfile(seed: 3), sealer: sealer, startingAt: bench.world.clock.utc)
        var reader = try TelegramReader(
            keys: MeterKeys(encryptionKey: AES128Key(hex: "00112233445566778899AABBCCDDEEFF")))
        for round in 1...4 {
            reader.append(meter.transmission(at: bench.world.clock.utc + .seconds(10) * Int64(round)))
            reader.lineWentIdle()
            while let outcome = reader.next() {
                guard case .problem(let problem) = outcome else { continue }
                health.note(meter: 0, event: .problem(problem), at: bench.world.now)
            }
            let isTold = bench.status().troubles.contains { $0.hasPrefix("meter main: ") && $0.contains("key") }
            #expect(isTold == (round >= 3), "\(round): \(bench.status().troubles)")
        }
        #expect(bench.status().meters.first?.refusedInARow == 4)
    }

    @Test func `a line that is joined in the middle of a telegram is no trouble, what follows later is`() throws {
        let bench = try UplinkBench.noting()
        bench.run(for: .minutes(1))
        let health = bench.commons.health
        var reader = try TelegramReader()
        let telegram = "/XMX5LGBBFG1\r\n\r\n" + String(repeating: "1-0:1.8.0(000001.234*kWh)\r\n", count: 8) + "!\r\n"
        func take() {
            while let outcome = reader.next() {
                if case .problem(let problem) = outcome {
                    health.note(meter: 0, event: .problem(problem), at: bench.world.now)
                }
            }
        }
        reader.append(Array((telegram.dropFirst(20) + telegram).utf8))
        take()
        #expect(bench.status().meters.first?.problems.map(\.count) == [1])
        #expect(bench.status().meters.first?.lastProblem == nil)
        #expect(health.health(at: bench.world.now).trouble == .none)
        reader.append(Array((telegram.dropFirst(20) + telegram).utf8))
        take()
        #expect(bench.status().meters.first?.problems.map(\.count) == [2])
        #expect(bench.status().meters.first?.lastProblem != nil)
        #expect(health.health(at: bench.world.now).trouble == .telegramDamaged)
    }

    @Test func `a meter that was heard and is silent is trouble, and no more when it comes again`() throws {
        let bench = try UplinkBench.noting()
        bench.post()
        bench.run(for: .minutes(1))
        bench.commons.health.note(meter: 0, event: .silent(.minutes(5)), at: bench.world.now)
        #expect(bench.status().troubles == ["meter main: no telegrams"])
        bench.commons.health.note(meter: 0, event: .returned(.minutes(6)), at: bench.world.now)
        #expect(bench.status().healthy)
    }

    @Test func `a store that failed is trouble until it would have failed again`() throws {
        let bench = try UplinkBench.noting()
        bench.post()
        bench.run(for: .minutes(1))
        bench.commons.health.note(
            link: .storeFailed(.unusable(path: "/x", reason: "no room")), at: bench.world.now)
        #expect(bench.status().troubles.first?.hasPrefix("store: /x: no room") == true)
        bench.run(for: .minutes(17))
        #expect(bench.status().healthy)
        #expect(bench.status().store.failures == 1)
    }

    @Test func `a meter whose readings can't be stored is trouble, too`() throws {
        let bench = try UplinkBench.noting()
        bench.post()
        bench.run(for: .minutes(1))
        bench.commons.health.note(
            meter: 0, event: .storeFailed(.unusable(path: "/x", reason: "no room")), at: bench.world.now)
        let status = bench.status()
        #expect(status.troubles.contains { $0.hasPrefix("store: /x: no room") }, "\(status.troubles)")
        #expect(status.store.failures == 1)
    }

    @Test func `a thread that does not come round is told, and the watchdog is not fed`() throws {
        let bench = try UplinkBench.noting()
        bench.post()
        bench.run(for: .minutes(1))
        let signs = Heartbeats()
        let start = bench.world.now
        for name in ["radio", "meters"] { signs.add(name, sleeper: Sleeper(), at: start) }
        #expect(!signs.allHaveBegun)
        signs.beat("radio", at: start)
        #expect(!signs.allHaveBegun && !signs.allCameRound(within: .seconds(30), at: start))
        signs.beat("meters", at: start)
        #expect(signs.allCameRound(within: .seconds(30), at: start + .seconds(30)))
        signs.beat("radio", at: start + .seconds(31))
        #expect(!signs.allCameRound(within: .seconds(30), at: start + .seconds(31)))
        bench.run(for: .seconds(60))
        signs.beat("radio", at: bench.world.now)
        #expect(bench.status(heartbeats: signs).troubles == ["thread meters: stuck for 60 s"])
    }

    @Test func `a socket's name is that of the state file, for each bridge has its own`() {
        let status = StatusConfiguration()
        #expect(
            status.candidates(statePath: "/var/lib/p1lora/state.db")
                == ["/run/p1lora/state.sock", "/var/lib/p1lora/state.sock"])
        #expect(status.candidates(statePath: "garage", runFolder: "/r") == ["/r/garage.sock", "garage.sock"])
        #expect(status.candidates(statePath: "./.hidden", runFolder: "/r") == ["/r/.hidden.sock", "./.hidden.sock"])
    }
}

/// A wait that ends by itself.
final class Sleeper: Waking {
    func wake() {}
}
