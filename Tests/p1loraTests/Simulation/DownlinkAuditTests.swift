import Testing
import Timekeeping

@testable import BridgeSimulation
@testable import HardwareSimulators

/// What counts as a downlink under a network's fair use.
@Suite struct DownlinkAuditTests {
    private func downlink(_ contents: DownlinkContents, hour: Int64) -> ServerDownlink {
        ServerDownlink(
            payload: [0x60], delay: .seconds(1), frequency: 868_100_000, spreadingFactor: 7, bandwidth: 125_000,
            power: 14,
            at: MonotonicInstant(nanoseconds: 0) + .hours(hour), contents: contents)
    }

    @Test func `each downlink counts once, by the first of its reasons, and a join-accept does not`() {
        let audit = DownlinkAudit([
            downlink(.joinAccept, hour: 0), downlink([.payload, .acknowledgement, .order], hour: 1),
            downlink([.acknowledgement, .answer], hour: 2), downlink([.answer, .order], hour: 3),
            downlink(.order, hour: 4), downlink([], hour: 5),
        ])
        #expect(audit.busiestDay.description == "5 (1 + 1 + 1 + 2)" && audit.joinAccepts == 1)
    }

    @Test func `the day is any 24 hours, and what is a day apart is not in one`() {
        let hours: [Int64] = [0, 20, 23, 24, 30, 43, 44, 60]
        let audit = DownlinkAudit(hours.map { downlink(.payload, hour: $0) })
        // From 20 to 43.
        #expect(audit.busiestDay.all == 5)
        #expect(DownlinkAudit([]).busiestDay.all == 0)
    }
}
