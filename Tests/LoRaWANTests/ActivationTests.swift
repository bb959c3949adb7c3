import Ciphers
import Testing
import Timekeeping

@testable import LoRaWAN

/// ABP: a session without a join (TS001 6.3).
@Suite struct ActivationTests {
    static let networkKey = "000102030405060708090a0b0c0d0e0f"
    static let applicationKey = "f0e0d0c0b0a090807060504030201000"

    func bench(
        restoring state: DeviceState? = nil, boot: String = "boot-1",
        _ change: (inout Personalization) -> Void = { _ in }
    ) throws -> Bench {
        var given = Personalization(
            devAddr: DevAddr(rawValue: 0x1234_5678),
            keys: SessionKeys(
                network: Bench.key(Self.networkKey), application: Bench.key(Self.applicationKey)))
        change(&given)
        let peer = try Peer()
        peer.networkKey = try AES128Key(hex: Self.networkKey).bytes
        peer.applicationKey = try AES128Key(hex: Self.applicationKey).bytes
        let configuration = DeviceConfiguration(
            region: .eu868, devEUI: DevEUI(rawValue: 1), activation: .personalized(given), randomSeed: 3)
        return try Bench(configuration, peer: peer, restoring: state, boot: boot)
    }

    @Test func `an ABP device sends without a join, as it was told`() throws {
        let bench = try bench {
            $0.rxDelay = 5
            $0.rx2DataRate = DataRate(3)
            $0.frequencies = [867_100_000, 867_300_000, 867_500_000]
            $0.firstUplinkCounter = FrameCounter(rawValue: 700)
        }
        bench.perform(bench.device.start(at: bench.now))
        #expect(bench.device.isJoined && bench.air.isEmpty && bench.device.isIdle)
        bench.peer.lastUplinkCounter = 699
        try bench.send(reply: .rx2(try bench.peer.downlink(port: 1, payload: [8])))
        #expect(try bench.lastUplink().counter == 700)
        #expect(bench.windows.last?.modulation.spreadingFactor == 9)
        #expect(bench.deliveries().map(\.payload) == [[8]])
        var carriers: Set<Int> = []
        for _ in 0..<12 {
            try bench.send()
            carriers.insert(bench.air[bench.air.count - 1].transmission.frequency)
        }
        #expect(carriers.count == 6)
        bench.perform(bench.device.rejoin(at: bench.now))
        #expect(bench.device.isJoined && bench.device.isIdle, "there is nothing to join")
    }

    @Test func `its counters go on after a restart, and other keys are another session`() throws {
        let first = try bench()
        for _ in 0..<3 { try first.send(reply: .rx1(try first.peer.downlink(port: 1, payload: [1]))) }
        let state = try DeviceState(decoding: try #require(first.stored))
        let again = try bench(restoring: state, boot: "boot-2")
        again.peer.downlinkCounter = 2
        try again.send(reply: .rx1(try again.peer.downlink(port: 1, payload: [1])))
        #expect(try again.lastUplink().counter == 3)
        #expect(again.discards().count == 1, "a downlink from before the restart")
        let moved = try bench(restoring: state) { $0.devAddr = DevAddr(rawValue: 9) }
        #expect(moved.device.state.session?.uplinkCounter.rawValue == 0)
        let rekeyed = try bench(restoring: state) {
            $0.keys = SessionKeys(network: $0.keys.network, application: $0.keys.network)
        }
        #expect(rekeyed.device.state.session?.uplinkCounter.rawValue == 0)
    }

    /// The air carries 16 bits of FCntDown: a device that has lost its state must know where the server stands.
    @Test(arguments: [65_535, 65_536, 70_000, 0xFFFF_FFF0] as [UInt32])
    func `a device without state hears a server that has counted far`(counter: UInt32) throws {
        func isHeard(by bench: Bench, _ number: UInt32) throws -> Bool {
            try bench.send(reply: .rx2(try bench.peer.downlink(port: 1, payload: [1], counter: number)))
            return !bench.deliveries().isEmpty
        }
        #expect(try isHeard(by: bench(), counter) == (counter <= 65_535))
        // The server's counter as it is shown, or from some time ago.
        for first in [counter, counter - 60_000] {
            #expect(try isHeard(by: bench { $0.firstDownlinkCounter = FrameCounter(rawValue: first) }, counter))
        }
        let told = try bench { $0.firstDownlinkCounter = FrameCounter(rawValue: counter) }
        #expect(try !isHeard(by: told, counter - 1), "what is below was heard before the state was lost")
        // A stored state knows better.
        #expect(try isHeard(by: told, counter))
        let state = try DeviceState(decoding: try #require(told.stored))
        let again = try bench(restoring: state) { $0.firstDownlinkCounter = FrameCounter(rawValue: 0) }
        #expect(again.device.state.session?.downlinkCounter == FrameCounter(rawValue: counter))
    }

    @Test func `settings that the region does not have are passed over`() throws {
        let bench = try bench {
            $0.rxDelay = 200
            $0.rx2DataRate = DataRate(8)
            $0.rx2Frequency = 915_000_000
            $0.frequencies = [1, 868_650_000]
        }
        let session = try #require(bench.device.state.session)
        #expect(session.rxDelay == 15 && session.rx2DataRate == DataRate(0) && session.rx2Frequency == 869_525_000)
        #expect(session.definedChannels == 7)
    }

    @Test func `a join-accept of LoRaWAN 1-1 is refused by its name`() throws {
        let bench = try Bench()
        bench.peer.downlinkSettings = 0x80
        bench.perform(bench.device.start(at: bench.now))
        try bench.run(for: .minutes(1))
        #expect(bench.discards().first == .newerVersion && !bench.device.isJoined)
    }
}
