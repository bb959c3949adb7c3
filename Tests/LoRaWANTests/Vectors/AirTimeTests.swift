import Testing
import Timekeeping

@testable import LoRaWAN

@Suite struct AirTimeTests {
    func time(_ bytes: Int, _ factor: Int, _ bandwidth: Modulation.Bandwidth = .khz125) throws -> Int64 {
        AirTime.of(
            bytes: bytes, modulation: try #require(Modulation(spreadingFactor: factor, bandwidth: bandwidth))
        ).microseconds
    }

    @Test(
        arguments: [
            (23, [7: 61_696, 9: 205_824, 12: 1_482_752]),
            (38, [7: 82_176, 8: 143_872, 9: 267_264, 10: 493_568, 11: 1_069_056, 12: 1_974_272]),
            (40, [9: 287_744, 10: 534_528]),
            (41, [7: 87_296, 11: 1_150_976, 12: 2_138_112]),
            (64, [12: 2_793_472]),
        ] as [(Int, [Int: Int64])]) func `air-time at 125 kHz is exact to the microsecond`(
            bytes: Int, expected: [Int: Int64]
        ) throws
    {
        for (factor, microseconds) in expected { #expect(try time(bytes, factor) == microseconds, "SF\(factor)") }
    }

    @Test func `250 kHz halves it`() throws {
        #expect(try time(38, 7, .khz250) == 41_088)
        #expect(try time(41, 7, .khz250) == 43_648)
    }

    @Test func `coding rate and low data rate optimisation count`() throws {
        let slow = try #require(Modulation(spreadingFactor: 12, bandwidth: .khz125))
        #expect(AirTime.of(bytes: 13, modulation: slow, lowDataRateOptimisation: false).microseconds == 1_155_072)
        #expect(AirTime.of(bytes: 1, modulation: slow, codingRate: 3).microseconds == 892_928)
        #expect(AirTime.of(bytes: 24, modulation: slow, codingRate: 3).microseconds == 1_810_432)
    }

    @Test func `FSK takes 160 us for each byte, of which eleven are around the payload`() {
        for (bytes, microseconds) in [(12, 3_680), (23, 5_440), (255, 42_560)] as [(Int, Int64)] {
            #expect(AirTime.of(bytes: bytes, modulation: .fsk).microseconds == microseconds)
            #expect(AirTime.of(bytes: bytes, modulation: .fsk, hasCRC: false).microseconds == microseconds)
        }
        #expect(AirTime.symbol(of: .fsk).microseconds == 160 && !AirTime.isOptimised(.fsk))
        #expect(Modulation.fsk.description == "FSK50" && Modulation.fsk.spreadingFactor == nil)
    }
}
