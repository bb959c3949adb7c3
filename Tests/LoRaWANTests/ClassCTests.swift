import Testing
import Timekeeping

@testable import LoRaWAN

@Suite struct ClassCTests {
    static let rx2 = Region.eu868.modulation(of: DataRate(0)).map {
        ContinuousReception(frequency: 869_525_000, modulation: $0)
    }

    func joined(_ change: (inout DeviceConfiguration) -> Void = { _ in }) throws -> Bench {
        let bench = try Bench(
            Bench.configuration {
                $0.deviceClass = .c
                $0.dataRate = DataRate(5)
                change(&$0)
            })
        #expect(bench.device.nextDeadline == nil)
        bench.perform(bench.device.start(at: bench.now))
        #expect(bench.listening == nil, "not before the join")
        try bench.run { bench.device.isJoined }
        return bench
    }

    /// A frame that the radio hears now.
    func hear(_ bench: Bench, _ frame: [UInt8]) {
        bench.perform(
            bench.device.handle(
                .received(ReceivedFrame(payload: frame, at: bench.now, rssi: -90, snrQuarters: 20))))
    }

    func orders(_ bench: Bench, since index: Int) -> [String] {
        bench.log.dropFirst(index).compactMap {
            switch $0 {
            case .transmit: "transmit"
            case .receive: "receive"
            case .listen: "listen"
            default: nil
            }
        }
    }

    @Test func `RX2 is open around everything else`() throws {
        let bench = try joined()
        #expect(bench.listening == Self.rx2)
        let before = bench.log.count
        try bench.send()
        // Between the uplink and RX1, from RX1 on, and for ever.
        #expect(orders(bench, since: before) == ["transmit", "listen", "receive", "listen"])
        #expect(bench.device.isIdle && bench.device.nextDeadline == nil)
        let sent = bench.air[bench.air.count - 1]
        #expect(bench.windows.last?.opensAt == sent.start + sent.airTime + .seconds(1))
    }

    @Test func `a downlink is heard at any time, delivered, and acknowledged`() throws {
        let bench = try joined()
        bench.now = bench.now + .hours(5)
        hear(bench, try bench.peer.downlink(confirmed: true, port: 7, payload: [1, 2]))
        #expect(bench.deliveries().map(\.payload) == [[1, 2]])
        #expect(bench.device.expectation == .pressing && bench.device.isIdle)
        hear(bench, try bench.peer.downlink(port: 7, payload: [3], counter: 0))
        #expect(bench.discards() == [.counterRepeated(FrameCounter(rawValue: 0))])
        try bench.send(Uplink(port: nil, payload: []))
        #expect(try bench.lastUplink().ack)
        // One that is longer than RX2's data rate allows is passed over.
        hear(bench, try bench.peer.downlink(port: 7, payload: [UInt8](repeating: 1, count: 52)))
        #expect(bench.discards().last == .tooLong(bytes: 60, limit: 59))
        let stored = try DeviceState(decoding: try #require(bench.stored))
        #expect(stored.session?.downlinkCounter?.rawValue == 0)
    }

    @Test func `only class A downlinks end sticky answers, ADR's count and repetitions`() throws {
        let bench = try joined()
        bench.device.state.session?.nbTrans = 2
        hear(bench, try bench.peer.downlink(options: [8, 1]))
        for _ in 0..<5 { try bench.send() }
        #expect(try bench.lastUplink().options == [8])
        hear(bench, try bench.peer.downlink(port: 1, payload: [1]))
        #expect(bench.device.state.session?.uplinksSinceDownlink == 5)
        try bench.send()
        #expect(try bench.lastUplink().options == [8])
        // Between the uplink and RX1: delivered, and the uplink goes on.
        let before = bench.air.count
        bench.perform(try bench.device.send(Uplink(port: 1, payload: [1]), at: bench.now))
        try bench.run { bench.listening != nil }
        bench.now = bench.now + .milliseconds(300)
        hear(bench, try bench.peer.downlink(port: 2, payload: [9]))
        #expect(bench.deliveries().last?.payload == [1] && !bench.device.isIdle)
        try bench.run { bench.device.isIdle }
        #expect(bench.deliveries().last?.payload == [9])
        #expect(bench.air.count == before + 2)
        // In RX2's time it is a class A downlink.
        bench.perform(try bench.device.send(Uplink(port: 1, payload: [1]), at: bench.now))
        let windows = bench.windows.count
        try bench.run { bench.windows.count == windows + 1 && bench.listening != nil }
        bench.now = bench.now + .seconds(2)
        hear(bench, try bench.peer.downlink())
        #expect(bench.device.isIdle && bench.air.count == before + 3, "no repetition")
        #expect(bench.device.state.session?.uplinksSinceDownlink == 0)
        try bench.send()
        #expect(try bench.lastUplink().options.isEmpty)
    }

    @Test func `what is heard between an uplink and RX1 is stored and told after the windows, and once`() throws {
        let bench = try joined()
        bench.perform(try bench.device.send(Uplink(port: 1, payload: [1]), at: bench.now))
        try bench.run { bench.listening != nil }
        bench.now = bench.now + .milliseconds(300)
        let (orders, frame) = (bench.log.count, try bench.peer.downlink(confirmed: true, port: 2, payload: [9]))
        hear(bench, frame)
        hear(bench, frame)
        hear(bench, try bench.peer.downlink(options: [6]))
        let early = bench.log[orders...].contains { if case .persist = $0 { true } else { false } }
        #expect(!early, "the disk is waited for, and RX1 is late")
        try bench.run { bench.device.isIdle }
        let stored = try DeviceState(decoding: try #require(bench.stored))
        #expect(stored.session?.downlinkCounter == bench.device.state.session?.downlinkCounter)
        #expect(bench.deliveries().map(\.payload) == [[9]])
        let told = bench.log[orders...].compactMap {
            switch $0 {
            case .persist: "persist"
            case .deliver: "deliver"
            case .listen: "listen"
            default: nil
            }
        }
        #expect(told == ["listen", "persist", "deliver"])
    }

    @Test func `an ACK in RX2's time ends a confirmed uplink`() throws {
        let bench = try joined()
        let confirmed = Uplink(port: 1, payload: [1], confirmed: true)
        bench.perform(try bench.device.send(confirmed, at: bench.now))
        let windows = bench.windows.count
        try bench.run { bench.windows.count == windows + 1 && bench.listening != nil }
        bench.now = bench.now + .seconds(2)
        hear(bench, try bench.peer.downlink(ack: true))
        #expect(bench.results() == [.acknowledged])
        #expect(bench.device.earliestTransmission(payloadCount: 1, at: bench.now) == bench.now)
        // Without one, the longest frame that RX2 carries is waited for.
        #expect(try bench.send(confirmed) == .notAcknowledged)
        let sent = bench.air[bench.air.count - 1]
        #expect(bench.now - (sent.start + sent.airTime) > .seconds(4))
    }

    @Test func `RXParamSetupReq moves what is listened to at once`() throws {
        let bench = try joined()
        hear(bench, try bench.peer.downlink(options: [5, 0x03] + Bench.frequency(868_525_000)))
        #expect(
            bench.listening
                == ContinuousReception(
                    frequency: 868_525_000, modulation: try #require(Region.eu868.modulation(of: DataRate(3)))))
    }

    @Test func `a radio that cannot listen is told again after a pause, and uplinks go on meanwhile`() throws {
        let bench = try joined()
        let before = bench.log.count
        bench.perform(bench.device.handle(.windowFailed(reason: "no SPI", at: bench.now)))
        #expect(orders(bench, since: before).isEmpty)
        #expect(bench.device.nextDeadline == bench.now + .seconds(5))
        #expect(bench.device.isIdle)
        try bench.run(for: .seconds(6))
        #expect(orders(bench, since: before) == ["listen"])
    }

    @Test func `a resumed session listens from the start, and class A never does`() throws {
        let bench = try joined()
        let state = try DeviceState(decoding: try #require(bench.stored))
        let again = try Bench(bench.configuration, peer: bench.peer, restoring: state, boot: "boot-2")
        again.perform(again.device.start(at: again.now))
        #expect(again.listening == Self.rx2 && again.air.isEmpty)
        let classA = try Bench(Bench.configuration(), peer: bench.peer, restoring: state, boot: "boot-2")
        classA.perform(classA.device.start(at: classA.now))
        try classA.send()
        #expect(!classA.log.contains { if case .listen = $0 { true } else { false } })
        classA.perform(classA.device.setClass(.c))
        #expect(classA.listening == Self.rx2)
    }

    @Test func `while the store fails the radio listens on`() throws {
        let bench = try joined()
        bench.isStoreBroken = true
        bench.perform(try bench.device.send(Uplink(port: 1, payload: [1]), at: bench.now))
        #expect(bench.listening == Self.rx2)
        let delivered = bench.deliveries().count
        hear(bench, try bench.peer.downlink(port: 1, payload: [4]))
        #expect(bench.deliveries().count == delivered, "not before it is stored")
        bench.isStoreBroken = false
        try bench.run(for: .minutes(3)) { bench.device.isIdle }
        #expect(bench.deliveries().count == delivered + 1)
        #expect(bench.results().last == .sent)
    }
}
