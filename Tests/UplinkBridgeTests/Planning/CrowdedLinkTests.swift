import HardwareSimulators
import LoRaWAN
import MeterValues
import TestSupport
import Testing
import Timekeeping
import UplinkPayload

@testable import BridgeStore
@testable import UplinkBridge

/// A network whose frames are so short that the MAC's answers leave no room beside them, as at US915's DR0; and which
/// takes what it is given.
private final class CrowdedLink: NetworkLink {
    /// Bytes that the MAC's answers take until a frame of their own has carried them.
    var answers = 6
    var largestPayload = 11
    var sent: [Uplink] = []

    var onDownlink: (LinkDownlink) -> Void = { _ in }
    var onUplinkDone: (UplinkResult) -> Void = { _ in }
    let isReady = true
    var maximumPayload: Int { largestPayload - answers }
    func airTime(payloadCount: Int) -> TimeSpan { .milliseconds(100) }
    let isExchanging = false
    let expectation = NetworkExpectation.nothing
    let contact = NetworkContact()
    let joins = true
    let nextRenewal: MonotonicInstant? = nil
    let dailyAirTime: TimeSpan? = nil
    func remainingDailyAirTime(at now: MonotonicInstant) -> TimeSpan? { nil }
    func dailyAirTimeStart(airTime: TimeSpan, at now: MonotonicInstant) -> MonotonicInstant? { now }
    let dataRate: DataRate? = DataRate(0)
    func setDailyAirTime(_ limit: TimeSpan?) {}

    func send(_ uplink: Uplink) throws(UplinkRefusal) {
        sent.append(uplink)
        if uplink.payload.isEmpty { answers = 0 }
        onUplinkDone(.acknowledged)
    }

    func rejoin() {}
    func renewSession() {}
    func closeGap() {}
    func requestLinkCheck() -> Bool { false }
    let pollDescriptors: [Int32] = []
    let nextDeadline: MonotonicInstant? = nil
    func poll() {}
    func status(at now: MonotonicInstant) -> LinkStatus { LinkStatus() }
    func close() {}
}

@Suite struct CrowdedLinkTests {
    static let text = TestConfiguration.minimal.replacing(
        "[[report]]\nfields = [\"1-0:1.8.0\"]",
        with: "[[report]]\nkind = \"intervals\"\nevery = \"1h\"\nfields = [\"1-0:1.8.0\"]")

    /// A loop with a quarter-hour in its store, on this link.
    private func run(_ link: CrowdedLink, for span: TimeSpan, ordering order: [Command] = []) throws -> [UplinkEvent] {
        let bench = try LinkBench(Self.text)
        let commons = try BridgeCommons(bench.configuration, store: try bench.openStore(), clock: bench.world.clock)
        let newest = QuarterHour(atOrBefore: bench.world.clock.utc)
        for number in newest.number - 4...newest.number {
            let entry = IntervalEntry(
                boundary: QuarterHour(number: number), value: 25_653_000 + number % 100, series: 0)
            try commons.store.save(
                MeterMemory(), [.init(code: OBISCode(1, 0, 1, 8, 0), interval: entry)], ofMeter: "main")
        }
        commons.latestReadings.noteStored(newest, meter: 0)
        var events: [UplinkEvent] = []
        let loop = UplinkLoop(commons, link: link, clock: bench.world.clock) { events.append($0) }
        if !order.isEmpty {
            link.onDownlink(
                LinkDownlink(port: ReportKind.commandPort, payload: CommandFrame(sequence: 1, commands: order).encode())
            )
        }
        let end = bench.world.now + span
        while bench.world.now < end {
            loop.poll()
            bench.world.wait(for: [], until: min(loop.nextDeadline ?? end, end, bench.world.now + .seconds(10)))
        }
        return events
    }

    private func refusals(_ events: [UplinkEvent]) -> [String] {
        events.compactMap { if case .refused(_, let reason) = $0 { reason } else { nil } }
    }

    @Test func `quarter-hours for which the MAC's answers leave no room go out behind a frame that carries these`()
        throws
    {
        let link = CrowdedLink()
        let events = try run(link, for: .hours(2))
        #expect(refusals(events).isEmpty)
        #expect(link.sent.prefix(2).map(\.payload.isEmpty) == [true, false])
        #expect(link.sent.dropFirst().allSatisfy { $0.port == ReportKind.intervals.port })
    }

    @Test func `quarter-hours that were asked for and fit no frame are told, not forgotten`() throws {
        let link = CrowdedLink()
        (link.answers, link.largestPayload) = (0, 5)
        let first = QuarterHour(atOrBefore: UTCInstant(secondsSince1970: 1_781_827_200)).number - 4
        let events = try run(
            link, for: .minutes(5),
            ordering: [.sendIntervals(report: 0, meter: 0, first: QuarterHour(number: first), count: 4)])
        #expect(refusals(events).contains { $0.contains("5 bytes") }, "\(refusals(events))")
    }
}
