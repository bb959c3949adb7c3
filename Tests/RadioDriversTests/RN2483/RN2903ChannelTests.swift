import Ciphers
import LoRaWAN
import Testing

@testable import HardwareSimulators

/// What a module of a fixed plan is told of its channels, and of the counters.
@Suite struct RN2903ChannelTests {
    func channelsThatAreOn(_ bench: ModuleBench) -> [Int] {
        let channels = bench.module.memory.settings.channels
        return channels.indices.filter { channels[$0].isOn }
    }

    @Test func `a personalised device hears a server that has counted far, and sends in its sub-band alone`() throws {
        let keys = SessionKeys(
            network: try AES128Key([UInt8](repeating: 2, count: 16)),
            application: try AES128Key([UInt8](repeating: 3, count: 16)))
        let bench = try ModuleBench(firmware: .us915) {
            var given = Personalization(devAddr: DevAddr(rawValue: 0x0102_0304), keys: keys)
            given.firstDownlinkCounter = FrameCounter(rawValue: 70_000)
            ($0.region, $0.channelMask) = (.us915, Region.bank(2))
            $0.activation = .personalized(given)
        }
        try bench.join()
        #expect(bench.module.memory.settings.nextDownlink == 70_000)
        let channels = channelsThatAreOn(bench)
        #expect(channels == Array(16..<24) + [66])
    }

    @Test func `a module that joins in a fixed plan does so in the sub-band that is written down`() throws {
        let bench = try ModuleBench(firmware: .us915, server: .init(region: .us915)) {
            ($0.region, $0.channelMask) = (.us915, Region.bank(1))
        }
        try bench.join()
        let channels = channelsThatAreOn(bench)
        #expect(channels == Array(8..<16) + [65])
    }
}
