import TestTags
import Testing
import Timekeeping

@testable import LoRaWAN

@Suite(.tags(.campaign), .slow) struct FuzzTests {
    @Test func `random bytes in a window change nothing`() throws {
        let bench = try Bench()
        try bench.join()
        var random = DeviceRandom(seed: 11)
        let genuine = try bench.peer.downlink(
            confirmed: true, options: [6, 8, 1], port: 3, payload: [1, 2, 3], counter: 9)
        bench.perform(try bench.device.send(Uplink(port: 1, payload: []), at: bench.now))
        _ = bench.device.handle(.transmitted(endedAt: bench.now + .seconds(1)))
        let state = bench.device.state
        for _ in 0..<20_000 {
            var bytes = genuine
            switch random.number(below: 4) {
            case 0: bytes = (0..<random.number(below: 256)).map { _ in UInt8(random.number(below: 256)) }
            case 1: bytes.removeLast(random.number(below: bytes.count) + 1)
            case 2: bytes.append(contentsOf: (0...random.number(below: 200)).map { UInt8($0) })
            default: bytes[random.number(below: bytes.count)] ^= 1 << UInt8(random.number(below: 8))
            }
            if bytes == genuine { continue }
            let frame = ReceivedFrame(payload: bytes, at: bench.now, rssi: -100, snrQuarters: 0)
            let actions = bench.device.handle(.received(frame))
            guard case .discarded = actions.first, actions.count == 2, case .receive = actions[1] else {
                Issue.record("\(actions) for \(bytes)")
                return
            }
        }
        #expect(bench.device.state == state)
        let real = ReceivedFrame(payload: genuine, at: bench.now, rssi: -100, snrQuarters: 0)
        #expect(bench.device.handle(.received(real)).count == 3)
    }

    @Test func `random commands from the network never break the device`() throws {
        var random = DeviceRandom(seed: 5)
        let bench = try Bench(Bench.configuration { $0.dataRate = DataRate(5) })
        try bench.join()
        var heard = 0
        for _ in 0..<3_000 {
            var commands: [UInt8] = []
            for _ in 0...random.number(below: 6) {
                commands.append([2, 3, 3, 4, 5, 6, 7, 7, 7, 8, 9, 10, 13, 99][random.number(below: 14)])
                for _ in 0..<random.number(below: 6) { commands.append(UInt8(random.number(below: 256))) }
            }
            let onPort = random.number(below: 2) == 0 || commands.count > 15
            let downlink = try bench.peer.downlink(
                options: onPort ? [] : commands, port: onPort ? 0 : nil, payload: onPort ? commands : [])
            let before = bench.air.count
            bench.reply = { _ in .rx1(downlink) }
            bench.perform(try bench.device.send(Uplink(port: nil, payload: []), at: bench.now))
            try bench.run(for: .hours(200)) { bench.device.isIdle }
            heard += bench.air.count - before
            for on in bench.air.dropFirst(before) {
                #expect(Region.eu868.subBand(of: on.transmission.frequency) != nil)
                #expect(on.transmission.power >= 2 && on.transmission.power <= 13)
                #expect(on.transmission.payload.count <= 255)
                _ = try bench.peer.open(on.transmission.payload)
            }
            #expect(bench.device.earliestTransmission(payloadCount: 0, at: bench.now) != nil)
            let state = bench.device.state
            let stored = state.encoded()
            let again = try DeviceState(decoding: stored).encoded()
            #expect(again == stored)
            // The orders to be silent would make the test long; all others stay.
            bench.device.state.session?.maximumDutyCycle = 0
        }
        #expect(heard >= 3_000)
    }

    @Test func `events out of turn change nothing`() throws {
        let bench = try Bench()
        try bench.join()
        let state = bench.device.state
        let at = bench.now
        #expect(bench.device.handle(.transmitted(endedAt: at)).isEmpty)
        #expect(bench.device.handle(.transmitFailed(reason: "", at: at)).isEmpty)
        #expect(bench.device.handle(.windowClosed(at: at)).isEmpty)
        #expect(bench.device.handle(.windowFailed(reason: "", at: at)).isEmpty)
        let frame = ReceivedFrame(payload: [1], at: at, rssi: 0, snrQuarters: 0)
        #expect(bench.device.handle(.received(frame)) == [.discarded(.unexpected)])
        #expect(bench.device.tick(at: at).isEmpty)
        #expect(bench.device.state == state && bench.device.isIdle)
    }
}
