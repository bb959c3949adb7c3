import Testing
import Timekeeping

@testable import LoRaWAN

/// What each power index comes to at the chip's pin.
@Suite struct PowerTests {
    func powers(_ region: Region, gain: Int, chip: ClosedRange<Int>) throws -> [Int?] {
        try (0..<15).map { index in
            let bench = try Bench(
                Bench.configuration {
                    $0.region = region
                    ($0.antennaGain, $0.conductedPower) = (gain, chip)
                })
            bench.peer.downlinkSettings = region.rx2DataRate.index
            try bench.join()
            let mask: [UInt8] = region.isDynamic ? [0x03, 0x00, 0x01] : [0xFF, 0x00, 0x61]
            let rate = bench.device.dataRate?.index ?? 0
            try bench.send(reply: .rx2(try bench.peer.downlink(options: [3, rate << 4 | UInt8(index)] + mask)))
            try bench.send()
            let isTaken = try bench.lastUplink().options == [3, 7]
            return isTaken ? bench.air[bench.air.count - 1].transmission.power : nil
        }
    }

    /// RP002 2.5.4: 30 dBm less 2 for each index, conducted; 21 dBm at most with fewer than 50 channels.
    @Test(arguments: [-100, 0, 215, 600]) func `US915 counts at the antenna's connector, whatever it gains up to 6 dBi`(
        gain: Int
    ) throws {
        let wanted = (0..<15).map { Optional(min(21, 30 - 2 * $0)) }
        #expect(try powers(.us915, gain: gain, chip: 2...22) == wanted)
    }

    @Test func `US915 takes off what the antenna gains beyond 6 dBi, and gives what the chip can`() throws {
        let wanted = (0..<15).map { index in 30 - 2 * index - 3 < 2 ? nil : Optional(min(18, 27 - 2 * index)) }
        #expect(try powers(.us915, gain: 900, chip: 2...22) == wanted)
        #expect(try powers(.us915, gain: 215, chip: 2...14) == (0..<15).map { min(14, 30 - 2 * $0) })
    }

    /// RP002: EIRP, so that the antenna's gain is taken off; an index that is less than the chip can is refused.
    @Test func `the other regions count what is radiated`() throws {
        func wanted(_ eirp: Int, last: Int, most: Int = 22, floor: Int = 2) -> [Int?] {
            (0..<15).map { index in
                let power = Int((Double(eirp - 200 * index - 215) / 100).rounded(.down))
                return index > last || power < floor ? nil : min(power, most)
            }
        }
        #expect(try powers(.au915, gain: 215, chip: 2...22) == wanted(3_000, last: 14))
        #expect(try powers(.in865, gain: 215, chip: 2...22) == wanted(3_000, last: 10))
        #expect(try powers(.eu868, gain: 215, chip: -9...22) == wanted(1_600, last: 7, floor: -9))
        #expect(try powers(.as923, gain: 215, chip: 2...22) == wanted(1_600, last: 7))
        #expect(try powers(.as923Japan, gain: 215, chip: 2...22) == wanted(1_600, last: 7, most: 10))
        #expect(try powers(.kr920, gain: 215, chip: 2...22) == wanted(1_400, last: 7))
    }
}
