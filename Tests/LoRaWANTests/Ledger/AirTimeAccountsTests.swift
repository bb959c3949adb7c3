import Ciphers
import Testing
import Timekeeping

@testable import LoRaWAN

/// The accounts of a device with a module for a MAC.
@Suite struct AirTimeAccountsTests {
    private let start = MonotonicInstant(nanoseconds: 5_000_000_000)

    private func configuration(dailyAirTime: TimeSpan?) throws -> DeviceConfiguration {
        var configuration = DeviceConfiguration(
            region: .eu868, devEUI: DevEUI(rawValue: 1), joinEUI: JoinEUI(rawValue: 2),
            appKey: try AES128Key([UInt8](repeating: 3, count: 16)), randomSeed: 4)
        configuration.dailyAirTime = dailyAirTime
        return configuration
    }

    private func accounts(
        dailyAirTime: TimeSpan? = nil, restoring state: DeviceState? = nil, at now: MonotonicInstant? = nil
    )
        throws -> AirTimeAccounts
    {
        AirTimeAccounts(
            configuration: try configuration(dailyAirTime: dailyAirTime), restoring: state, bootIdentifier: "boot",
            at: now ?? start)
    }

    private func earliest(
        _ accounts: AirTimeAccounts, _ airTime: TimeSpan, _ bands: [Int] = [1, 2], isJoin: Bool = false,
        at now: MonotonicInstant
    ) -> MonotonicInstant? {
        accounts.earliestStart(airTime: airTime, subBands: bands, isJoin: isJoin, at: now)?.start
    }

    @Test func `each sub-band that the module may use must have room`() throws {
        var accounts = try accounts()
        accounts.record(airTime: .seconds(30), subBands: [1], isJoin: false, at: start)
        let now = start + .minutes(1)
        #expect(earliest(accounts, .seconds(30), [2], at: now) == now)
        #expect(earliest(accounts, .seconds(30), at: now) == start + .hours(1) - .seconds(6))
        #expect(earliest(accounts, .seconds(37), at: now) == nil)
    }

    @Test func `uplinks are paid from the purse, joins from their budget`() throws {
        var accounts = try accounts(dailyAirTime: .seconds(10))
        accounts.record(airTime: .seconds(10), subBands: [1], isJoin: false, at: start)
        let now = start + .minutes(1)
        #expect(
            accounts.earliestStart(airTime: .seconds(1), subBands: [1], isJoin: false, at: now)?.reason
                == .dailyAirTime)
        #expect(earliest(accounts, .seconds(1), isJoin: true, at: now) == now)
        accounts.setDailyAirTime(.seconds(20))
        #expect(earliest(accounts, .seconds(10), at: now) == now)
        #expect(try #require(earliest(accounts, .seconds(11), at: now)) > now, "what was spent counts on")
    }

    @Test func `a transmission counts as late as it may have been, in each sub-band`() throws {
        var accounts = try accounts(dailyAirTime: .seconds(30))
        accounts.record(airTime: .seconds(3), subBands: [1, 2], isJoin: false, at: start)
        accounts.closeLatest(at: start + .seconds(40))
        accounts.closeLatest(at: start + .seconds(90))
        for window in [accounts.state.ledger.windows[1], accounts.state.ledger.windows[2]] {
            #expect(window.entries.map(\.end) == [start + .seconds(40)])
        }
        #expect(accounts.state.dailyAirTime?.entries.last?.end == start + .seconds(40))
        // Cut off while it sends: it may have sent until the next start.
        accounts.record(airTime: .seconds(3), subBands: [1, 2], isJoin: false, at: start + .minutes(2))
        let again = try self.accounts(dailyAirTime: .seconds(30), restoring: accounts.state, at: start + .minutes(3))
        for window in [again.state.ledger.windows[1], again.state.ledger.windows[2]] {
            #expect(window.entries.last?.end == start + .minutes(3))
        }
    }

    @Test func `repetitions that were granted and had no time to be made are given back`() throws {
        var accounts = try accounts(dailyAirTime: .seconds(30))
        accounts.record(airTime: .seconds(9), subBands: [1, 2], isJoin: false, at: start)
        accounts.closeLatest(at: start + .seconds(5), airTime: .seconds(3))
        for window in [accounts.state.ledger.windows[1], accounts.state.ledger.windows[2], accounts.state.dailyAirTime]
        {
            #expect(window?.entries.map(\.airTime) == [.seconds(3)])
            #expect(window?.entries.last?.end == start + .seconds(5))
        }
    }

    @Test func `what the module did not send is given back`() throws {
        var accounts = try accounts(dailyAirTime: .seconds(30))
        for isJoin in [false, true] {
            let before = accounts
            accounts.record(airTime: .seconds(3), subBands: [1, 2], isJoin: isJoin, at: start)
            accounts.withdrawLatest()
            #expect(
                accounts.state.ledger == before.state.ledger && accounts.state.dailyAirTime == before.state.dailyAirTime
            )
            #expect(accounts.state.joinBudget.spentInFirstHour == .zero)
            accounts.withdrawLatest()
            #expect(accounts.state.ledger == before.state.ledger, "once only")
        }
    }

    @Test func `a success renews the budget of joins a day later, and not at once`() throws {
        var accounts = try accounts()
        for second in 0..<35 {
            accounts.record(
                airTime: .seconds(1), subBands: [2], isJoin: true, at: start + .seconds(Int64(second) * 60))
        }
        let end = start + .hours(1)
        let without = earliest(accounts, .seconds(9), [2], isJoin: true, at: end + .hours(30))
        accounts.recordJoinSuccess(at: end, utc: nil)
        #expect(without == nil)
        #expect(earliest(accounts, .seconds(9), [2], isJoin: true, at: end + .hours(30)) == end + .hours(30))
        #expect(try #require(earliest(accounts, .seconds(2), [2], isJoin: true, at: start + .minutes(40))) >= end)
    }

    @Test func `a device that changes from a chip to a module, and back, forgets no air-time`() throws {
        var device = try Device(
            configuration: configuration(dailyAirTime: .seconds(30)), bootIdentifier: "boot", at: start)
        _ = device.start(at: start)
        _ = device.tick(at: start + .seconds(10))
        #expect(device.state.ledger.windows[2].entries.count == 1)
        var accounts = try accounts(dailyAirTime: .seconds(30), restoring: device.state, at: start + .minutes(1))
        #expect(accounts.state.ledger.windows[2].entries.count == 1)
        accounts.record(airTime: .seconds(2), subBands: [1, 2], isJoin: false, at: start + .minutes(2))
        accounts.closeLatest(at: start + .minutes(3))
        let again = try Device(
            configuration: configuration(dailyAirTime: .seconds(30)),
            restoring: DeviceState(decoding: accounts.state.encoded()), bootIdentifier: "boot", at: start + .minutes(4))
        #expect(again.state.ledger.windows[2].entries.count == 2)
        #expect(again.state.nextDevNonce == device.state.nextDevNonce)
    }

    @Test func `what is stored decides as before, and later rather than earlier after a reboot`() throws {
        var random = DeviceRandom(seed: 4)
        for boot in ["boot", "another"] {
            var accounts = try accounts(dailyAirTime: .seconds(60))
            var now = start
            for _ in 0..<200 {
                now = now + .seconds(Int64(1 + random.number(below: 900)))
                let span = TimeSpan.milliseconds(Int64(50 + random.number(below: 2_750)))
                let isJoin = random.number(below: 2) == 0
                if earliest(accounts, span, isJoin: isJoin, at: now) == now {
                    accounts.record(airTime: span, subBands: [1, 2], isJoin: isJoin, at: now)
                    now = now + .seconds(5)
                    accounts.closeLatest(at: now)
                }
                let then = boot == "boot" ? now : start
                let restored = AirTimeAccounts(
                    configuration: try configuration(dailyAirTime: .seconds(60)),
                    restoring: try DeviceState(decoding: accounts.state.encoded()), bootIdentifier: boot, at: then)
                for (span, isJoin) in [(TimeSpan.seconds(2), false), (.seconds(1), true), (.seconds(9), false)] {
                    let before = earliest(accounts, span, isJoin: isJoin, at: now).map { $0 - now }
                    let after = earliest(restored, span, isJoin: isJoin, at: then).map { $0 - then }
                    if boot == "boot" {
                        #expect(before == after)
                    } else {
                        #expect(after ?? .hours(99) >= before ?? .zero)
                    }
                }
            }
        }
    }
}
