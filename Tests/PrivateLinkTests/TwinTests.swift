import Testing
import Timekeeping

@testable import HardwareSimulators
@testable import LoRaWAN
@testable import PrivateLink

/// The base against the device's side of the simulated modules, whose frame code shares nothing with ours but the block cipher.
@Suite struct BaseTwinTests {
    private final class Twin {
        var module: ModuleSettings
        var base: BaseStation
        var now = MonotonicInstant(nanoseconds: 1_000_000_000)
        var delivered: [BaseUplink] = []
        var answer: [UInt8]?

        init() throws {
            let registration = try World.registration(0)
            module = ModuleSettings(.eu868)
            module.devEUI = registration.devEUI.rawValue
            module.joinEUI = registration.joinEUI.rawValue
            module.appKey = registration.appKey
            module.hasADR = true
            var configuration = BaseConfiguration(
                region: .eu868, frequency: 869_525_000, dataRate: DataRate(5), pairingDataRate: DataRate(5),
                devices: [registration], randomSeed: 4)
            configuration.movesDataRate = false
            base = try BaseStation(configuration: configuration, bootIdentifier: "1", at: now)
            _ = base.start(at: now)
        }

        /// Lets the base hear a frame, and time pass until its answer.
        func hear(_ frame: [UInt8]) throws {
            answer = nil
            now = now + .seconds(10)
            let heard = ReceivedFrame(payload: frame, at: now, rssi: -70, snrQuarters: 36)
            for action in base.handle(.received(heard)) {
                if case .deliver(let uplink) = action { delivered.append(uplink) }
            }
            while base.nextDeadline < now + .seconds(7) {
                let at = base.nextDeadline
                for case .transmit(let transmission) in base.tick(at: at) {
                    let start = try #require(transmission.startsAt)
                    answer = transmission.payload
                    let airTime = AirTime.of(
                        bytes: transmission.payload.count, modulation: transmission.modulation, hasCRC: false)
                    _ = base.handle(.transmitted(endedAt: start + airTime))
                }
            }
        }

        func join(nonce: UInt16) throws {
            try hear(try #require(module.joinRequest(nonce: nonce)))
            #expect(module.adopt(try #require(answer), nonce: nonce))
        }

        @discardableResult
        func send(_ payload: [UInt8], confirmed: Bool = false, options: [UInt8] = [], port: UInt8? = 3) throws
            -> ModuleSettings.Downlink?
        {
            try hear(
                try #require(
                    module.uplink(
                        isConfirmed: confirmed, port: port, payload: payload, options: options, acknowledges: false)))
            module.nextUplink += 1
            return answer.flatMap { module.take($0) }
        }
    }

    @Test func `join, uplinks, acknowledgement, commands and downlinks agree with the twin`() throws {
        let twin = try Twin()
        try twin.join(nonce: 0)
        #expect(twin.module.receiveDelay == .seconds(2) && twin.module.receive2DataRate == 5)
        #expect(try twin.send([1, 2, 3]) == nil && twin.answer == nil)
        #expect(twin.delivered.last?.payload == [1, 2, 3] && twin.delivered.last?.port == 3)
        let acknowledged = try #require(try twin.send(Array(0..<40), confirmed: true))
        #expect(acknowledged.acknowledges && acknowledged.commands.isEmpty)
        #expect(twin.delivered.last?.payload == Array(0..<40))
        let checked = try #require(try twin.send([], options: [0x02], port: nil))
        #expect(checked.commands == [0x02, 16, 1], "9 dB are 16.5 above what SF7 needs")
        let device = try World.registration(0).devEUI
        for confirmed in [false, true] {
            let downlink = QueuedDownlink(
                identifier: "a", port: 77, payload: [UInt8](repeating: 9, count: 50), confirmed: confirmed)
            try twin.base.enqueue(downlink, for: device)
            let taken = try #require(try twin.send([1]))
            #expect(taken.port == 77 && taken.payload == downlink.payload && taken.isConfirmed == confirmed)
        }
    }

    @Test func `counters go on beyond 16 bits, and gaps of any width are taken`() throws {
        let twin = try Twin()
        try twin.join(nonce: 5)
        for counter: UInt32 in [0, 40_000, 65_535, 65_536, 131_000, 150_000] {
            twin.module.nextUplink = counter
            try twin.send([1])
            #expect(twin.delivered.last?.counter.rawValue == counter)
        }
        twin.module.nextUplink = 149_999
        try twin.send([1])
        #expect(twin.delivered.count == 6 && twin.base.refusals["replay"] == 1)
    }

    @Test func `a new session is in use from its first uplink on, the old one until then`() throws {
        let twin = try Twin()
        try twin.join(nonce: 0)
        try twin.send([1])
        let old = twin.module
        try twin.join(nonce: 1)
        let new = twin.module
        twin.module = old
        try twin.send([2])
        twin.module = new
        try twin.send([3])
        #expect(twin.delivered.map(\.payload) == [[1], [2], [3]])
        twin.module = old
        twin.module.nextUplink = 50
        try twin.send([4])
        #expect(twin.delivered.count == 3)
    }

    @Test func `commands on port 0 and in FOpts at once are refused`() throws {
        let twin = try Twin()
        try twin.join(nonce: 0)
        try twin.send([0x02], options: [0x02], port: 0)
        #expect(twin.delivered.isEmpty && twin.base.refusals["malformed"] == 1)
    }
}
