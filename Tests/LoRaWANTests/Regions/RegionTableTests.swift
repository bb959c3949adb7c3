import Testing
import Timekeeping

@testable import LoRaWAN

/// Each region against figures that were read from the stacks' tables, not from ours.
@Suite struct RegionTableTests {
    struct Facts {
        let name: String
        let carriers: [Int]
        let rx2: (Int, UInt8)
        /// dBm hundredths, last index.
        let power: (Int, UInt8)
        let offsets: Int
        /// M of the uplink data rates, without and with dwell time.
        let payloads: [Int]
        let dwell: [Int]
    }

    static let common = [59, 59, 59, 123, 250, 250, 250]
    static let as923 = [59, 59, 123, 123, 250, 250, 250]
    static let as923Dwell = [0, 0, 19, 61, 133, 250, 250]
    static func group(_ name: String, _ offset: Int) -> Facts {
        Facts(
            name: name, carriers: [923_200_000 + offset, 923_400_000 + offset], rx2: (923_200_000 + offset, 2),
            power: (1_600, 7), offsets: 8, payloads: as923, dwell: as923Dwell)
    }

    static let facts: [Facts] = [
        Facts(
            name: "EU868", carriers: [868_100_000, 868_300_000, 868_500_000], rx2: (869_525_000, 0), power: (1_600, 7),
            offsets: 6, payloads: common, dwell: common),
        Facts(
            name: "EU433", carriers: [433_175_000, 433_375_000, 433_575_000], rx2: (434_665_000, 0), power: (1_215, 5),
            offsets: 6, payloads: common, dwell: common),
        Facts(
            name: "IN865", carriers: [865_062_500, 865_402_500, 865_985_000], rx2: (866_550_000, 2),
            power: (3_000, 10), offsets: 8, payloads: [59, 59, 59, 123, 250, 250, 0],
            dwell: [59, 59, 59, 123, 250, 250, 0]),
        Facts(
            name: "RU864", carriers: [868_900_000, 869_100_000], rx2: (869_100_000, 0), power: (1_600, 7),
            offsets: 6, payloads: common, dwell: common),
        Facts(
            name: "KR920", carriers: [922_100_000, 922_300_000, 922_500_000], rx2: (921_900_000, 0),
            power: (1_400, 7), offsets: 6, payloads: [59, 59, 59, 123, 250, 250],
            dwell: [59, 59, 59, 123, 250, 250]),
        group("AS923", 0), group("AS923-2", -1_800_000), group("AS923-3", -6_600_000), group("AS923-4", -5_900_000),
        Facts(
            name: "US915",
            carriers: (0..<64).map { 902_300_000 + 200_000 * $0 } + (0..<8).map { 903_000_000 + 1_600_000 * $0 },
            rx2: (923_300_000, 8), power: (3_000, 14), offsets: 4, payloads: [19, 61, 133, 250, 250],
            dwell: [19, 61, 133, 250, 250]),
        Facts(
            name: "AU915",
            carriers: (0..<64).map { 915_200_000 + 200_000 * $0 } + (0..<8).map { 915_900_000 + 1_600_000 * $0 },
            rx2: (923_300_000, 8), power: (3_000, 14), offsets: 6, payloads: [59, 59, 59, 123, 250, 250, 250],
            dwell: [0, 0, 19, 61, 133, 250, 250]),
    ]

    @Test func `every region has its channels, windows, powers and payloads`() {
        #expect(Region.all.map(\.name) == Self.facts.map(\.name))
        for (region, facts) in zip(Region.all, Self.facts) {
            #expect(region.defaultChannels.map(\.frequency) == facts.carriers, "\(facts.name)")
            #expect(region.rx2Frequency == facts.rx2.0 && region.rx2DataRate == DataRate(facts.rx2.1))
            #expect(region.maximumEIRP == facts.power.0 && region.lastPowerIndex == facts.power.1)
            #expect(region.rx1OffsetCount == facts.offsets)
            let rates = facts.payloads.indices.map { DataRate(UInt8($0)) }
            #expect(rates.map { region.maximumMACPayload(at: $0) } == facts.payloads, "\(facts.name)")
            #expect(rates.map { region.maximumMACPayload(at: $0, dwell: true) } == facts.dwell, "\(facts.name)")
        }
    }

    @Test(arguments: Region.all) func `a table agrees with itself`(region: Region) {
        #expect(region.frequencies.contains(region.rx2Frequency) && region.subBand(of: region.rx2Frequency) != nil)
        #expect(region.canReceive(region.rx2DataRate, dwell: region.txParameters?.downlinkDwell ?? false))
        #expect(region.defaultChannels.allSatisfy { region.allows(frequency: $0.frequency) })
        #expect(region.initialChannels.filter(\.isDefined).count == region.defaultChannels.count)
        let dwell = region.txParameters?.uplinkDwell ?? false
        for rate in region.joinDataRates {
            #expect(region.isUsable(rate, dwell: dwell), "\(region.name) joins at \(rate)")
            // A join-request has 23 bytes, 18 of them in MACPayload's place.
            #expect(region.maximumMACPayload(at: rate, dwell: dwell) >= 18)
            #expect(region.defaultChannels.contains { $0.dataRates.contains(rate) })
        }
        for (index, row) in region.dataRates.enumerated() where row.modulation != nil {
            let rate = DataRate(UInt8(index))
            guard region.defaultChannels.contains(where: { $0.dataRates.contains(rate) }) else { continue }
            for offset in 0..<region.rx1OffsetCount {
                #expect(region.rx1DataRate(uplink: rate, offset: UInt8(offset)) != nil, "\(region.name) \(rate)")
            }
            #expect(region.rx1DataRate(uplink: rate, offset: UInt8(region.rx1OffsetCount)) == nil)
        }
        #expect(Set(Region.all.map(\.name)).count == Region.all.count)
    }

    @Test func `with the dwell time limited no frame lasts longer than 400 ms`() {
        for region in [Region.as923, .au915, .us915] {
            for (index, row) in region.dataRates.enumerated() {
                let rate = DataRate(UInt8(index))
                guard let modulation = row.modulation, row.maximumMACPayloadInDwell > 0,
                    region.defaultChannels.contains(where: { $0.dataRates.contains(rate) })
                else { continue }
                let airTime = AirTime.of(bytes: row.maximumMACPayloadInDwell + 5, modulation: modulation)
                #expect(airTime <= .milliseconds(400), "\(region.name) \(rate) \(airTime)")
            }
        }
    }

    @Test func `RX1 data rates by offset and dwell time`() {
        func rates(_ region: Region, _ uplink: UInt8, dwell: Bool = false) -> [UInt8?] {
            (0..<8).map { region.rx1DataRate(uplink: DataRate(uplink), offset: $0, dwell: dwell)?.index }
        }
        #expect(rates(.eu868, 3) == [3, 2, 1, 0, 0, 0, nil, nil])
        #expect(rates(.as923, 3) == [3, 2, 1, 0, 0, 0, 4, 5])
        #expect(rates(.as923, 3, dwell: true) == [3, 2, 2, 2, 2, 2, 4, 5])
        #expect(rates(.as923, 0, dwell: true) == [2, 2, 2, 2, 2, 2, 2, 2])
        #expect(rates(.in865, 5) == [5, 4, 3, 2, 1, 0, 6, 7])
        #expect(rates(.us915, 0) == [10, 9, 8, 8, nil, nil, nil, nil])
        #expect(rates(.us915, 4) == [13, 13, 12, 11, nil, nil, nil, nil])
        #expect(rates(.au915, 2) == [10, 9, 8, 8, 8, 8, nil, nil])
    }
}
