import BridgeStore
import HardwareInterfaces
import HardwareSimulators
import LoRaWAN
import PrivateLink
import ServerEvents
import Testing
import Timekeeping

@testable import BaseService

@Suite struct BaseBrokerTests {
    private final class FakeBroker: MessageSubscriber {
        let isListening = true
        var isAccepted = false
        var pollDescriptor: Int32?
        var isCongested = false
        var onMessage: ((_ topic: String, _ payload: UnsafeRawBufferPointer) -> Void)?
        var delivered: [String] = []
        var subscribed: [String] = []
        var takes = Int.max
        var isAway = false

        func connect() throws(HardwareError) {
            guard !isAway else { throw HardwareError(.disconnected, device: "mqtt", message: "refused") }
            isAccepted = true
        }
        func serve() throws(HardwareError) {}
        func publish(_ payload: [UInt8], to topic: String, isRetained: Bool) throws(HardwareError) {}
        func disconnect() {}
        func subscribe(to filter: String) throws(HardwareError) { subscribed.append(filter) }
        func deliver(_ payload: [UInt8], to topic: String) throws(HardwareError) -> Int32 {
            guard takes > 0 else { throw HardwareError(.disconnected, device: "mqtt", message: "lost") }
            takes -= 1
            delivered.append(topic)
            return Int32(delivered.count)
        }
        var onTaken: ((_ number: Int32) -> Void)?

        func send(_ text: String, to device: String = "0000000000000005") {
            var text = text
            text.withUTF8 { onMessage?("application/home/device/\(device)/command/down", UnsafeRawBufferPointer($0)) }
        }
    }

    private final class NoWaker: Waking { func wake() {} }

    private let world = SimulatedWorld(startingAt: UTCInstant(secondsSince1970: 1_795_000_000))
    private let mailbox = BaseMailbox(radio: NoWaker(), broker: NoWaker())

    private func loop(_ broker: FakeBroker, report: @escaping (String) -> Void = { _ in }) -> BaseBroker {
        BaseBroker(broker, mailbox: mailbox, application: "home", host: "h", clock: world.clock, report: report)
    }

    private func post(_ topic: String, number: Int64 = 0) {
        mailbox.post([BaseEventRecord(number: number, topic: topic, payload: "")])
    }

    @Test func `a broker that refuses for days is told once, and again after it was there`() {
        let broker = FakeBroker()
        var told: [String] = []
        let loop = loop(broker) { told.append($0) }
        func wait(polls: Int) {
            for _ in 0..<polls {
                world.run(until: world.now + .seconds(61))
                loop.poll()
            }
        }
        broker.isAway = true
        wait(polls: 20)
        #expect(told.count == 1)
        broker.isAway = false
        wait(polls: 1)
        #expect(told.count == 2)
        (broker.isAway, broker.takes) = (true, 0)
        post("0")
        wait(polls: 3)
        #expect(told.count == 4, "lost, and then refused: \(told)")
    }

    @Test func `events wait for the broker, and come once and in their order`() {
        let broker = FakeBroker()
        for number in 0..<5 { post("\(number)") }
        broker.takes = 2
        let loop = loop(broker)
        loop.poll()
        #expect(broker.delivered == ["0", "1"], "the connection broke")
        broker.takes = .max
        post("5")
        world.run(until: world.now + .seconds(11))
        loop.poll()
        #expect(broker.delivered == ["0", "1", "2", "3", "4", "5"])
        #expect(!broker.subscribed.isEmpty)
        #expect(broker.subscribed.allSatisfy { $0 == "application/home/device/+/command/down" })
    }

    @Test func `a broker that is away for long costs the oldest events, and no memory without end`() {
        let events = (0..<BaseMailbox.limit + 7).map {
            BaseEventRecord(number: Int64($0), topic: "\($0)", payload: "")
        }
        mailbox.post(events)
        let (taken, dropped) = mailbox.takeEvents(upTo: .max)
        #expect(taken.count == BaseMailbox.limit && dropped == 7 && taken.first?.topic == "7")
        #expect(mailbox.takeTaken() == Array(0..<7), "nor disk without end")
    }

    @Test func `what the broker has acknowledged is forgotten, and no more is handed over than it keeps up with`() {
        let broker = FakeBroker()
        let loop = loop(broker)
        for number in 0..<150 { post("\(number)", number: Int64(number)) }
        loop.poll()
        #expect(broker.delivered.count == 100)
        #expect(mailbox.takeTaken().isEmpty)
        for number in 1...60 { broker.onTaken?(Int32(number)) }
        broker.onTaken?(7)
        loop.poll()
        #expect(broker.delivered.count == 150)
        #expect(mailbox.takeTaken() == Array(0..<60))
    }

    @Test func `a command reaches the radio's thread, garbage does not`() {
        let broker = FakeBroker()
        let loop = loop(broker)
        loop.poll()
        broker.send("nonsense")
        broker.send("{\"devEui\":\"0000000000000005\",\"id\":\"q\",\"fPort\":9,\"confirmed\":true,\"data\":\"AQI=\"}")
        let taken = mailbox.takeDownlinks()
        #expect(taken.map(\.0) == [QueuedDownlink(identifier: "q", port: 9, payload: [1, 2], confirmed: true)])
        #expect(taken.map(\.1) == [DevEUI(rawValue: 5)])
    }

    @Test func `who may write to one device's topic orders nothing of another`() {
        let broker = FakeBroker()
        let loop = loop(broker)
        loop.poll()
        let command = "{\"devEui\":\"0000000000000005\",\"fPort\":9,\"data\":\"AQI=\"}"
        broker.send(command, to: "0000000000000006")
        #expect(mailbox.takeDownlinks().isEmpty)
        broker.send(command)
        #expect(mailbox.takeDownlinks().count == 1)
    }

    @Test func `a command keeps the time until which it is wanted, one of no time is passed over`() {
        let broker = FakeBroker()
        let loop = loop(broker)
        loop.poll()
        func command(_ time: String) -> String {
            "{\"devEui\":\"0000000000000005\",\"fPort\":9,\"data\":\"AQI=\",\"expiresAt\":\"\(time)\"}"
        }
        broker.send(command("tomorrow"))
        #expect(mailbox.takeDownlinks().isEmpty)
        broker.send(command("2026-11-28T23:00:00Z"))
        #expect(mailbox.takeDownlinks().first?.0.expiresAt == UTCInstant(rfc3339: "2026-11-28T23:00:00Z"))
    }
}
