import Testing
import Timekeeping

@testable import LoRaWAN

/// Each region against figures that were read from the stacks' tables, not from ours.
@Suite struct RegionTableTests {
    struct Facts {
        let name: String
        let carriers: [Int]
        let rx2: (Int, UInt8)
        /// Where channels may be, and how far they are apart.
        let band: ClosedRange<Int>
        var raster: Int?
        /// Duty cycle in permille and the least power limit of the sub-bands, dBm hundredths.
        let duties: [Int]
        let limits: [Int]
        var sense: CarrierSense?
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
    static func group(_ name: String, _ offset: Int, _ band: ClosedRange<Int>) -> Facts {
        Facts(
            name: name, carriers: [923_200_000 + offset, 923_400_000 + offset], rx2: (923_200_000 + offset, 2),
            band: band, duties: [10], limits: [1_600], power: (1_600, 7), offsets: 8, payloads: as923,
            dwell: as923Dwell)
    }

    static let facts: [Facts] = [
        Facts(
            name: "EU868", carriers: [868_100_000, 868_300_000, 868_500_000], rx2: (869_525_000, 0),
            band: 863_000_000...870_000_000, duties: [1, 10, 10, 1, 100, 10],
            limits: [1_615, 1_615, 1_615, 1_615, 2_915, 1_615], power: (1_600, 7), offsets: 6, payloads: common,
            dwell: common),
        Facts(
            name: "EU433", carriers: [433_175_000, 433_375_000, 433_575_000], rx2: (434_665_000, 0),
            band: 433_175_000...434_665_000, duties: [100], limits: [1_215], power: (1_215, 5), offsets: 6,
            payloads: common, dwell: common),
        Facts(
            name: "IN865", carriers: [865_062_500, 865_402_500, 865_985_000], rx2: (866_550_000, 2),
            band: 865_000_000...867_000_000, duties: [1_000], limits: [3_000], power: (3_000, 10), offsets: 8,
            payloads: [59, 59, 59, 123, 250, 250, 0],
            dwell: [59, 59, 59, 123, 250, 250, 0]),
        Facts(
            name: "RU864", carriers: [868_900_000, 869_100_000], rx2: (869_100_000, 0),
            band: 864_000_000...870_000_000, duties: [10], limits: [2_215], power: (1_600, 7), offsets: 6,
            payloads: common, dwell: common),
        Facts(
            name: "KR920", carriers: [922_100_000, 922_300_000, 922_500_000], rx2: (921_900_000, 0),
            band: 920_900_000...923_300_000, raster: 200_000, duties: [1_000, 1_000], limits: [1_000, 1_400],
            sense: CarrierSense(duration: .milliseconds(6), threshold: -65), power: (1_400, 7), offsets: 6,
            payloads: [59, 59, 59, 123, 250, 250],
            dwell: [59, 59, 59, 123, 250, 250]),
        // The groups' bands and Japan's listening: Lora-net/SWL2001; the rest of Japan's: LoRaMac-node.
        group("AS923", 0, 915_000_000...928_000_000), group("AS923-2", -1_800_000, 920_000_000...923_000_000),
        group("AS923-3", -6_600_000, 915_000_000...921_000_000),
        group("AS923-4", -5_900_000, 917_000_000...920_000_000),
        Facts(
            name: "AS923-JP", carriers: [923_200_000, 923_400_000], rx2: (923_200_000, 2),
            band: 920_600_000...923_400_000, duties: [1_000], limits: [1_300],
            sense: CarrierSense(duration: .milliseconds(5), threshold: -80), power: (1_600, 7), offsets: 8,
            payloads: [59, 59, 123, 123, 250, 250, 0], dwell: [0, 0, 19, 61, 133, 250, 0]),
        Facts(
            name: "US915",
            carriers: (0..<64).map { 902_300_000 + 200_000 * $0 } + (0..<8).map { 903_000_000 + 1_600_000 * $0 },
            rx2: (923_300_000, 8), band: 902_000_000...928_000_000, duties: [1_000], limits: [2_100],
            power: (3_000, 14), offsets: 4, payloads: [19, 61, 133, 250, 250],
            dwell: [19, 61, 133, 250, 250]),
        Facts(
            name: "AU915",
            carriers: (0..<64).map { 915_200_000 + 200_000 * $0 } + (0..<8).map { 915_900_000 + 1_600_000 * $0 },
            rx2: (923_300_000, 8), band: 915_000_000...928_000_000, duties: [1_000], limits: [3_000],
            power: (3_000, 14), offsets: 6, payloads: [59, 59, 59, 123, 250, 250, 250],
            dwell: [0, 0, 19, 61, 133, 250, 250]),
    ]

    /// As they stand in lorawan-devices, in lorawan-frequency-plans (for the fixed plans ahead of the sub-band), and in ChirpStack.
    static let servers = [
        "EU868": ("EU863-870", "EU_863_870_TTN", "EU868"), "EU433": ("EU433", "EU_433", "EU433"),
        "IN865": ("IN865-867", "IN_865_867", "IN865"), "RU864": ("RU864-870", "RU_864_870_TTN", "RU864"),
        "KR920": ("KR920-923", "KR_920_923_TTN", "KR920"), "US915": ("US902-928", "US_902_928_FSB", "US915"),
        "AU915": ("AU915-928", "AU_915_928_FSB", "AU915"), "AS923": ("AS923", "AS_923", "AS923"),
        "AS923-2": ("AS923-2", "AS_923_2", "AS923_2"), "AS923-3": ("AS923-3", "AS_923_3", "AS923_3"),
        "AS923-4": ("AS923-4", "AS_923_4", "AS923_4"), "AS923-JP": ("AS923", "AS_920_923_TTN_JP_1", "AS923"),
    ]

    @Test(arguments: Region.all)
    func `each region has the names that the servers' catalogues know`(region: Region) throws {
        let names = try #require(Self.servers[region.name])
        #expect(region.servers.thingsStackBand == names.0)
        #expect(region.servers.frequencyPlan == names.1)
        #expect(region.servers.chirpStack == names.2)
    }

    @Test func `every region has its channels, windows, powers and payloads`() {
        #expect(Region.all.map(\.name) == Self.facts.map(\.name))
        for (region, facts) in zip(Region.all, Self.facts) {
            #expect(region.defaultChannels.map(\.frequency) == facts.carriers, "\(facts.name)")
            #expect(region.rx2Frequency == facts.rx2.0 && region.rx2DataRate == DataRate(facts.rx2.1))
            #expect(region.maximumPower == facts.power.0 && region.lastPowerIndex == facts.power.1)
            #expect(region.frequencies == facts.band && region.raster == facts.raster, "\(facts.name)")
            #expect(region.subBands.map(\.dutyPermille) == facts.duties, "\(facts.name)")
            #expect(region.subBands.map(\.maximumPower) == facts.limits, "\(facts.name)")
            #expect(region.carrierSense == facts.sense, "\(facts.name)")
            #expect(region.powerReference == (facts.name == "US915" ? .conducted(freeGain: 600) : .radiated))
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
                let answer = region.rx1DataRate(uplink: rate, offset: UInt8(offset))
                #expect(answer.flatMap { region.modulation(of: $0) } != nil, "\(region.name) \(rate) \(offset)")
            }
            #expect(region.rx1DataRate(uplink: rate, offset: UInt8(region.rx1OffsetCount)) == nil)
        }
        #expect(Set(Region.all.map(\.name)).count == Region.all.count)
    }

    @Test func `with the dwell time limited no frame lasts longer than 400 ms`() {
        for region in Region.all where region.txParameters != nil || !region.isDynamic {
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

    @Test func `in Japan no frame lasts longer than the 4 s of ARIB STD-T108`() {
        for row in Region.as923Japan.dataRates {
            guard let modulation = row.modulation else { continue }
            #expect(AirTime.of(bytes: row.maximumMACPayload + 5, modulation: modulation) < .seconds(4))
        }
    }
}
