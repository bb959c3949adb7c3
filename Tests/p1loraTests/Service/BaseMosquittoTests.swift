import BridgeStore
import Foundation
import HardwareInterfaces
import LinuxHardware
import LoRaWAN
import ServerEvents
import TestTags
import Testing
import Timekeeping

@testable import BaseService
@testable import PrivateLink

/// The base's side of a real broker, and a collector at the other.
@Suite(.tags(.process), .waits, .slow, .enabled(if: MosquittoServer.isInstalled)) struct BaseMosquittoTests {
    /// Twenty times as fast as the machine's: the pauses between two tries are of seconds.
    private final class FastClock: Clock {
        private let clock = LinuxClock()
        private let start: MonotonicInstant

        init() { start = clock.monotonic }

        var monotonic: MonotonicInstant { start + (clock.monotonic - start) * 20 }
        var utc: UTCInstant { clock.utc }
        var isUTCTrusted: Bool { true }
        var bootIdentifier: String { "test" }
    }

    private final class NoWaker: Waking { func wake() {} }

    /// One life of a base, from its start to its end without a word.
    private final class Life {
        let store: BaseStore
        let mailbox = BaseMailbox(radio: NoWaker(), broker: NoWaker())
        let outbox: BaseOutbox
        let broker: BaseBroker

        init(path: String, port: Int, clock: FastClock) throws {
            store = try BaseStore(path: path)
            let messages = BaseMessages(
                application: "home", gateway: "base", region: .eu868, frequency: 869_525_000, name: { _ in "cellar" })
            outbox = try BaseOutbox(store: store, mailbox: mailbox, messages: messages, clock: clock)
            var settings = MosquittoBroker.Settings(
                host: "127.0.0.1", port: UInt16(port), clientIdentifier: "p1lora-base-home")
            settings.keepsSession = true
            broker = BaseBroker(
                try MosquittoBroker(settings), mailbox: mailbox, application: "home", host: "127.0.0.1", clock: clock
            ) { _ in }
        }
    }

    /// Takes all events, each identity once.
    private final class Taker {
        private let broker: MosquittoBroker
        private var isUp = false
        private(set) var arrived = 0
        private(set) var payloads: [String: [UInt8]] = [:]
        private(set) var others: [ServerEvent] = []
        private(set) var joins = 0

        /// Listens when it returns.
        init(port: Int) throws {
            var settings = MosquittoBroker.Settings(
                host: "127.0.0.1", port: UInt16(port), clientIdentifier: "collector")
            settings.keepsSession = true
            broker = try MosquittoBroker(settings)
            broker.onMessage = { [unowned self] topic, payload in
                take(topic, unsafe Array(payload))
            }
            for _ in 0..<1_000 where !broker.isListening {
                serve()
                usleep(10_000)
            }
            try #require(broker.isListening)
        }

        private func take(_ topic: String, _ payload: [UInt8]) {
            let name = topic.split(separator: "/").last.map(String.init) ?? ""
            if name == "join" { joins += 1 }
            guard let event = try? ServerEvent(json: payload, event: name) else { return }
            guard case .uplink(let uplink) = event else { return others.append(event) }
            arrived += 1
            payloads[uplink.identity] = uplink.payload
        }

        func serve() {
            do {
                if !isUp {
                    try broker.connect()
                    isUp = true
                    try broker.subscribe(to: "application/home/device/+/event/+")
                }
                try broker.serve()
            } catch {
                isUp = false
            }
        }

        func send(_ text: String, to topic: String) throws { try broker.deliver(Array(text.utf8), to: topic) }
    }

    private let device = DevEUI(rawValue: 0x70B3_D57E_D000_0001)

    private func uplink(_ number: Int) -> BaseAction {
        .deliver(
            BaseUplink(
                devEUI: device, devAddr: DevAddr(rawValue: 0x0012_3456),
                counter: FrameCounter(rawValue: UInt32(number)),
                confirmed: false, adr: true, port: 2, payload: [UInt8(number & 255), UInt8(number >> 8)],
                dataRate: DataRate(5), at: MonotonicInstant(nanoseconds: 5), rssi: -90, snrQuarters: 20))
    }

    /// - Returns: whether it became so within ten seconds.
    private func pump(_ life: Life?, _ taker: Taker, until isDone: () -> Bool) -> Bool {
        for _ in 0..<5_000 {
            life?.broker.poll()
            taker.serve()
            if isDone() { return true }
            usleep(2_000)
        }
        return false
    }

    @Test func `what a base has acknowledged reaches the collector once, whatever ends: base or broker`() throws {
        let server = try MosquittoServer(keeps: true)
        let folder = try TemporaryFolder()
        let path = folder.url.appending(path: "base.db").path
        let clock = FastClock()
        let taker = try Taker(port: server.port)
        var life: Life? = try Life(path: path, port: server.port, clock: clock)
        try life?.outbox.save([0], telling: [.joined(device, DevAddr(rawValue: 7), at: clock.monotonic)])
        #expect(pump(life, taker) { taker.joins == 1 })

        for number in 0..<300 {
            try life?.outbox.save([UInt8(number & 255)], telling: [uplink(number)])
            if number % 3 == 0 {
                life?.broker.poll()
                taker.serve()
            }
            switch number {
            case 60, 140, 220:
                // It ends with what is in memory and on the line, and another begins.
                life = nil
                life = try Life(path: path, port: server.port, clock: clock)
            case 100: server.stopInOrder()
            case 180: try server.start()
            default: break
            }
        }
        #expect(pump(life, taker) { taker.payloads.count == 300 })
        #expect(taker.payloads.count == 300 && taker.arrived >= 300)
        let values = Set(taker.payloads.values.map { Int($0[0]) | Int($0[1]) << 8 })
        #expect(values == Set(0..<300))
        // The disk forgets them with the next state.
        #expect(pump(life, taker) { life?.mailbox.waiting == 0 })
        try life?.outbox.settle(isLast: true)
        #expect(
            pump(life, taker) {
                (try? life?.outbox.settle(isLast: true)) != nil && (try? life?.store.events())?.isEmpty == true
            })
    }

    @Test func `commands come down, and what becomes of them goes up`() throws {
        let server = try MosquittoServer()
        let folder = try TemporaryFolder()
        let clock = FastClock()
        let taker = try Taker(port: server.port)
        let life = try Life(path: folder.url.appending(path: "base.db").path, port: server.port, clock: clock)
        try life.outbox.save([0], telling: [uplink(0)])
        #expect(pump(life, taker) { !taker.payloads.isEmpty })
        let command = "{\"devEui\":\"70b3d57ed0000001\",\"id\":\"q\",\"fPort\":10,\"confirmed\":true,\"data\":\"AQI=\"}"
        try taker.send(command, to: "application/home/device/70b3d57ed0000001/command/down")
        var taken: [(QueuedDownlink, DevEUI)] = []
        #expect(
            pump(life, taker) {
                taken += life.mailbox.takeDownlinks()
                return !taken.isEmpty
            })
        let downlink = try #require(taken.first).0
        #expect(downlink == QueuedDownlink(identifier: "q", port: 10, payload: [1, 2], confirmed: true))
        let counter = FrameCounter(rawValue: 3)
        try life.outbox.save(
            nil,
            telling: [
                .sent(downlink, device, counter: counter, at: clock.monotonic),
                .acknowledged(downlink, device, counter: counter, true),
            ])
        #expect(pump(life, taker) { taker.others.count == 2 })
        let identifier = DeviceIdentifier(rawValue: device.rawValue)
        #expect(
            taker.others == [
                .downlink(DownlinkEvent(device: identifier, identifier: "q", outcome: .sent)),
                .downlink(DownlinkEvent(device: identifier, identifier: "q", outcome: .acknowledged)),
            ])
    }
}
