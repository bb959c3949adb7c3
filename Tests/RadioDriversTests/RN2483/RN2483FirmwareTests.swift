import HardwareSimulators
import LoRaWAN
import Testing
import Timekeeping

@testable import RadioDrivers

/// What firmwares say and do in ways of their own.
@Suite struct RN2483FirmwareTests {
    @Test(arguments: [
        ("RN2483 1.0.5 Oct 31 2018 15:06:52", "RN2483 1.0.5"), ("RN2483A 1.0.1 Dec 15 2015 09:38:09", "RN2483 1.0.1"),
        ("RN2903 SA1.0.3 Aug 09 2017 15:11:09", "RN2903 SA1.0.3"), ("RN2903 AU 0.9.7rc7 Jan 1 2017", "RN2903 AU0.9.7"),
        ("RN2903 1.0.6_RC8 Nov 06 2018 10:45:27", "RN2903 1.0.6"),
    ])
    func `banners of all firmwares are understood`(banner: String, name: String) {
        #expect(RN2483Firmware(banner: banner)?.description == name)
    }

    @Test(arguments: ["", "RN2483", "RN2483 ok", "RN2903 SA", "RN2999 1.0.5", "invalid_param", "SA1.0.3 RN2903"])
    func `what is no banner is none`(line: String) { #expect(RN2483Firmware(banner: line) == nil) }

    @Test func `a counter that is used up is understood as documented and as spelt`() {
        for line in ["frame_counter_err_rejoin_needed", "fram_counter_err_rejoin_needed"] {
            #expect(RN2483Answer(line) == .rejoinNeeded)
        }
    }

    @Test func `an RN2483 at 433 MHz is taken to put out what it would at 868 MHz`() throws {
        for version in [(1, 0, 3), (1, 0, 5)] {
            let quirks = RN2483Quirks(
                RN2483Firmware(model: .rn2483, version: .init(version.0, version.1, version.2)))
            #expect(quirks.powers(in: .eu433) == quirks.powers(in: .eu868))
            #expect(quirks.powers(in: .eu868).first == .init(index: 1, power: 14))
        }
    }

    /// Behind an antenna of 4 dBi the law leaves 12 dBm.
    private func bench(_ firmware: ModuleFirmware, hasPin: Bool = true) throws -> ModuleBench {
        let bench = try ModuleBench(firmware: firmware, hasResetPin: hasPin) { $0.antennaGain = 400 }
        try bench.join()
        return bench
    }

    @Test(arguments: [ModuleFirmware.v101, .v103, .v105])
    func `no frame is stronger than the antenna allows, whatever resets the module or the network orders`(
        firmware: ModuleFirmware
    ) throws {
        let bench = try bench(firmware)
        // Older firmware has steps of 3 dB.
        let most = firmware == .v105 ? 12 : 11
        _ = try bench.send()
        #expect(bench.air.uplinks.last?.power == most)
        bench.module.brownOut()
        bench.run(for: .minutes(1)) { bench.radio.isReady }
        _ = try bench.send()
        for power in [0, 1] as [UInt8] {
            bench.server.enqueue(commands: [0x03, 0x50 | power, 0xFF, 0x00, 0x01], for: ModuleBench.devEUI)
            let before = bench.module.commands.count
            _ = try bench.send()
            #expect(bench.module.commands.dropFirst(before).contains("mac set pwridx 2"), "the module itself obeys")
            _ = try bench.send()
        }
        try bench.restartBridge()
        bench.run(for: .minutes(1)) { bench.radio.isReady }
        _ = try bench.send()
        #expect(bench.air.uplinks.allSatisfy { $0.power <= most }, "\(bench.air.uplinks.map(\.power))")
        #expect(bench.joins == 1)
        // Less is the network's to order.
        bench.server.enqueue(commands: [0x03, 0x55, 0xFF, 0x00, 0x01], for: ModuleBench.devEUI)
        _ = try bench.send()
        _ = try bench.send()
        #expect(try #require(bench.air.uplinks.last?.power) < most - 2)
    }

    @Test func `what resets a module brings back its repetitions and power of the first day`() throws {
        let bench = try ModuleBench()
        try bench.join()
        bench.server.enqueue(commands: [0x03, 0x54, 0xFF, 0x00, 0x03], for: ModuleBench.devEUI)
        _ = try bench.send()
        #expect(bench.module.repetitions == 3 && bench.module.power < 14)
        bench.module.brownOut()
        #expect(bench.module.repetitions == 1 && bench.module.power == 14)
    }
}
