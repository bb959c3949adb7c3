import Testing
import Timekeeping

@testable import LoRaWAN

/// TS009: what a certification bench may order on FPort 224 of a device that was put on it.
@Suite struct BenchModeTests {
    func onBench() throws -> CertificationBench {
        let lctt = try CertificationBench { $0.certificationMode = true }
        return lctt
    }

    /// Sends a command, and returns what the device sends by itself within a second; nil when it sends nothing.
    func command(_ lctt: CertificationBench, _ bytes: [UInt8]) throws -> Peer.Uplink? {
        let bench = lctt.bench
        try bench.send(reply: .rx1(try lctt.peer.downlink(port: 224, payload: bytes)))
        let before = bench.air.count
        try bench.run(for: .seconds(20)) { bench.air.count > before && bench.device.isIdle }
        return bench.air.count > before ? try bench.lastUplink() : nil
    }

    @Test func `package version, echo, versions and the count of downlinks are answered on FPort 224`() throws {
        let lctt = try onBench()
        let results = lctt.bench.results().count
        var answer = try command(lctt, [0])
        #expect(answer?.port == 224 && answer?.payload == [0, 6, 1])
        answer = try command(lctt, [8, 0, 1, 254, 255])
        #expect(answer?.payload == [8, 1, 2, 255, 0])
        answer = try command(lctt, [0x7F])
        #expect(answer?.payload == [0x7F, 1, 0, 0, 0, 1, 0, 4, 0, 2, 1, 0, 4])
        try lctt.bench.send(reply: .rx1(try lctt.peer.downlink(port: 5, payload: [1])))
        answer = try command(lctt, [9])
        #expect(answer?.payload == [9, 5, 0], "three commands, one of the application's, and this one")
        #expect(try command(lctt, [0x0A]) == nil)
        answer = try command(lctt, [9])
        #expect(answer?.payload == [9, 1, 0])
        #expect(lctt.bench.results().count == results + 7, "of the test's own uplinks only")
        #expect(lctt.bench.deliveries().map(\.port) == [5])
    }

    @Test func `an echo longer than the data rate carries is cut`() throws {
        let lctt = try onBench()
        lctt.bench.device.state.session?.dataRate = DataRate(0)
        lctt.bench.device.state.session?.rx1Offset = 0
        let answer = try command(lctt, [8] + [UInt8](repeating: 1, count: 50))
        #expect(answer?.payload == [8] + [UInt8](repeating: 2, count: 50))
        try lctt.order([3, 0x50, 7, 0, 1])
        try lctt.bench.send(
            reply: .rx1(
                try lctt.peer.downlink(
                    options: [3, 0x00, 7, 0, 1], port: 224, payload: [8] + [UInt8](repeating: 1, count: 200))))
        let before = lctt.bench.air.count
        try lctt.bench.run(for: .seconds(20)) { lctt.bench.air.count > before && lctt.bench.device.isIdle }
        #expect(try lctt.bench.lastUplink().payload.count == 49, "51 less two bytes of LinkADRAns")
    }

    @Test func `ADR, confirmed frames and the rhythm are the bench's to choose`() throws {
        let lctt = try onBench()
        _ = try command(lctt, [4, 0])
        try lctt.bench.send()
        #expect(try !lctt.bench.lastUplink().adr)
        _ = try command(lctt, [4, 1])
        _ = try command(lctt, [7, 2])
        try lctt.bench.send()
        #expect(try lctt.bench.lastUplink().adr && lctt.bench.lastUplink().confirmed)
        _ = try command(lctt, [7, 1])
        try lctt.bench.send(reply: .rx1(try lctt.peer.downlink(port: 224, payload: [6, 2])))
        let before = lctt.bench.air.count
        try lctt.bench.run(for: .seconds(61))
        #expect((5...6).contains(lctt.bench.air.count - before), "every ten seconds")
        #expect(try !lctt.bench.lastUplink().confirmed)
        try lctt.bench.run { lctt.bench.device.isIdle }
        _ = try command(lctt, [6, 0])
        let after = lctt.bench.air.count
        try lctt.bench.run(for: .minutes(10))
        #expect(lctt.bench.air.count == after)
    }

    @Test func `the regional duty cycle can be switched off, and is counted all the same`() throws {
        let lctt = try onBench()
        lctt.bench.device.state.session?.dataRate = DataRate(0)
        _ = try command(lctt, [5, 0])
        for _ in 0..<40 { try lctt.bench.send() }
        #expect(lctt.device.earliestTransmission(payloadCount: 1, at: lctt.bench.now) == lctt.bench.now)
        #expect(lctt.device.state.ledger.windows[2].remaining(at: lctt.bench.now) == .zero)
        _ = try command(lctt, [5, 1])
        #expect(try #require(lctt.device.earliestTransmission(payloadCount: 1, at: lctt.bench.now)) > lctt.bench.now)
    }

    @Test func `class, join, reset, carrier and MAC requests`() throws {
        let lctt = try onBench()
        _ = try command(lctt, [3, 2])
        #expect(lctt.bench.listening != nil)
        _ = try command(lctt, [3, 1])
        #expect(lctt.device.deviceClass == .c, "class B is not built")
        _ = try command(lctt, [3, 0])
        #expect(lctt.device.deviceClass == .a)
        for bytes: [UInt8] in [
            [1], [2], [0x7D, 8, 0, 0xD8, 0xB2, 0x83, 0x0E], [0x7D, 1], [0x7D, 0, 0, 0xD8, 0xB2, 0x83, 0x0E],
        ] {
            _ = try command(lctt, bytes)
        }
        let orders = lctt.bench.log.compactMap { if case .certification(let order) = $0 { order } else { nil } }
        #expect(
            orders == [
                .reset, .join, .continuousWave(Carrier(frequency: 863_100_000, power: 14, duration: .seconds(8))),
            ])
        _ = try command(lctt, [0x20])
        _ = try command(lctt, [0x21])
        #expect(try lctt.bench.lastUplink().options == [2] || lctt.bench.lastUplink().options.isEmpty)
        try lctt.bench.send()
        #expect(try lctt.bench.lastUplink().options == [0x0D])
    }

    @Test func `LCTT 022 FPort 224 is closed for good by the bench, also after a restart`() throws {
        let lctt = try onBench()
        #expect(try command(lctt, [0x7E]) == nil)
        #expect(try command(lctt, [0]) == nil)
        let state = try DeviceState(decoding: try #require(lctt.bench.stored))
        let again = try Bench(lctt.bench.configuration, peer: lctt.peer, restoring: state, at: lctt.bench.now)
        #expect(again.device.certification == nil && again.device.state.isCertificationOver)
        // Until somebody ends the mode, and begins it anew.
        let field = try Bench(
            Bench.configuration { $0.dataRate = DataRate(5) }, peer: lctt.peer, restoring: state, at: lctt.bench.now)
        let anew = try Bench(
            lctt.bench.configuration, peer: lctt.peer, restoring: field.device.state, at: lctt.bench.now)
        #expect(anew.device.certification != nil)
    }

    @Test func `random bytes on FPort 224 break nothing`() throws {
        let lctt = try onBench()
        var random = DeviceRandom(seed: 8)
        for _ in 0..<500 {
            var bytes = (0..<random.number(below: 12)).map { _ in UInt8(random.number(below: 256)) }
            if let first = bytes.first, random.number(below: 2) == 0 { bytes[0] = first % 0x22 }
            if bytes.first == 0x7E { continue }
            let down = try lctt.peer.downlink(port: 224, payload: bytes)
            try lctt.bench.send(Uplink(port: nil, payload: []), reply: .rx2(down))
            try lctt.bench.run(for: .seconds(30)) { lctt.bench.device.isIdle }
            #expect(try DeviceState(decoding: lctt.device.state.encoded()).encoded() == lctt.device.state.encoded())
        }
    }
}
