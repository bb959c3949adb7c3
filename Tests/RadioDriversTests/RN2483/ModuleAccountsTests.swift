import HardwareSimulators
import LoRaWAN
import RadioDrivers
import Testing
import Timekeeping

@Suite struct ModuleAccountsTests {
    private let start = MonotonicInstant(nanoseconds: 5_000_000_000)

    private func uplink(_ span: TimeSpan, _ bands: [Int] = [1, 2]) -> ModuleTransmission {
        ModuleTransmission(
            kind: .uplink(FrameCounter(rawValue: 0)), dataRate: DataRate(0), airTime: span, subBands: bands)
    }

    private func join(_ span: TimeSpan) -> ModuleTransmission {
        ModuleTransmission(kind: .joinRequest, dataRate: DataRate(0), airTime: span, subBands: [2])
    }

    @Test func `each sub-band that the module may use must have room`() {
        var accounts = ModuleAccounts(region: .eu868, purse: nil)
        accounts.record(uplink(.seconds(30), [1]), at: start)
        #expect(accounts.grant(uplink(.seconds(30), [2]), at: start + .minutes(1)) == .granted)
        #expect(
            accounts.grant(uplink(.seconds(30)), at: start + .minutes(1))
                == .later(start + .hours(1) - .seconds(6), .dutyCycle))
        #expect(accounts.grant(uplink(.seconds(37)), at: start) == .never)
    }

    @Test func `uplinks are paid from the purse, joins from their budget`() {
        var accounts = ModuleAccounts(region: .eu868, purse: .seconds(10))
        accounts.record(uplink(.seconds(10)), at: start)
        guard case .later(_, .networkPurse) = accounts.grant(uplink(.seconds(1)), at: start + .minutes(1)) else {
            Issue.record("the purse is empty")
            return
        }
        #expect(accounts.grant(join(.seconds(1)), at: start + .minutes(1)) == .granted)
        accounts.setPurse(.seconds(20))
        #expect(accounts.grant(uplink(.seconds(10)), at: start + .minutes(1)) == .granted)
        guard case .later = accounts.grant(uplink(.seconds(11)), at: start + .minutes(1)) else {
            Issue.record("what was spent before the change counts on")
            return
        }
    }

    @Test func `what is stored decides as before, at every moment`() throws {
        var random = SeededRandom(seed: 4)
        for isSameBoot in [true, false] {
            var accounts = ModuleAccounts(region: .eu868, purse: .seconds(60))
            var now = start
            for _ in 0..<200 {
                now = now + .seconds(Int64.random(in: 1...900, using: &random))
                let span = TimeSpan.milliseconds(Int64.random(in: 50...2_800, using: &random))
                let next = Bool.random(using: &random) ? uplink(span) : join(span)
                if accounts.grant(next, at: now) == .granted { accounts.record(next, at: now) }
                let restored = try #require(
                    ModuleAccounts(
                        decoding: accounts.encoded, region: .eu868, purse: .seconds(60), isSameBoot: isSameBoot,
                        at: isSameBoot ? now : start))
                for probe in [uplink(.seconds(2)), join(.seconds(1)), uplink(.seconds(9), [1])] {
                    let before = accounts.grant(probe, at: now)
                    let after = restored.grant(probe, at: isSameBoot ? now : start)
                    // With a clock that began anew nothing may become possible earlier.
                    if isSameBoot { #expect(before == after) } else if before != .granted { #expect(after != .granted) }
                }
            }
        }
    }

    @Test func `noise is no account`() {
        for text in [
            "", "accounts-2", "accounts-1\n9 1 1", "accounts-1\n1 1", "accounts-1\n1 9223372036854775807 1",
            "accounts-1\np 1 -1", "accounts-1\n",
        ] {
            #expect(
                ModuleAccounts(
                    decoding: Array(text.utf8), region: .eu868, purse: nil, isSameBoot: false, at: start) == nil,
                "\(text)")
        }
    }
}
