import Testing
import Timekeeping

@testable import LoRaWAN
@testable import PrivateLink

@Suite struct BaseConfigurationTests {
    private func configuration(_ region: Region, _ frequency: Int, _ rate: UInt8 = 5) -> BaseConfiguration {
        BaseConfiguration(
            region: region, frequency: frequency, dataRate: DataRate(rate), pairingDataRate: DataRate(0), devices: [],
            randomSeed: 1)
    }

    @Test(arguments: [
        ("US915", 902_300_000, PrivateNetworkError.hoppingRegion("US915")),
        ("AU915", 915_200_000, .hoppingRegion("AU915")),
        ("KR920", 922_100_000, .listeningRegion("KR920")),
        ("EU868", 869_300_000, .frequency(869_300_000, region: "EU868")),
        ("EU868", 1, .frequency(1, region: "EU868")),
        ("EU868", 869_400_000, .frequency(869_400_000, region: "EU868")),
        ("EU868", 869_650_000, .frequency(869_650_000, region: "EU868")),
    ])
    func `a region without such a band is refused, and says why`(
        name: String, frequency: Int, error: PrivateNetworkError
    ) throws {
        let region = try #require(Region.all.first { $0.name == name })
        #expect(throws: BaseError.network(error)) { try configuration(region, frequency).check() }
    }

    @Test func `the usual channel of each region is taken, but where the law bears no base`() {
        for region in Region.all where region.isDynamic && region.carrierSense == nil {
            #expect(throws: Never.self, "\(region.name)") {
                try configuration(region, PrivateNetwork.usualFrequency(in: region), 2).check()
            }
        }
    }

    @Test func `FSK and data rates that are not there are refused`() {
        for rate: UInt8 in [7, 8, 15] {
            #expect(throws: BaseError.network(.dataRate(DataRate(rate), region: "EU868"))) {
                try configuration(.eu868, 869_525_000, rate).check()
            }
        }
    }

    @Test func `a device stands there once`() throws {
        var twice = configuration(.eu868, 869_525_000)
        twice.devices = [try World.registration(0), try World.registration(0)]
        let device = try World.registration(0).devEUI
        #expect(throws: BaseError.registeredTwice(device)) { try twice.check() }
    }

    @Test func `what was stored is read again, and damage is told`() throws {
        let world = try World(devices: 2)
        world.start()
        try world.run(for: .minutes(20))
        let stored = try #require(world.baseStored)
        let state = try BaseState(decoding: stored)
        #expect(state == world.base.state)
        #expect(state.encoded() == stored)
        for index in stored.indices {
            var damaged = stored
            damaged[index] ^= 0x10
            #expect(throws: DeviceStateError.self) { try BaseState(decoding: damaged) }
            #expect(throws: DeviceStateError.self) { try BaseState(decoding: Array(stored.prefix(index))) }
        }
    }

    @Test func `another key makes another device of it, the same one goes on with its nonces`() throws {
        let world = try World(devices: 1)
        world.start()
        try world.run(for: .minutes(20)) { world.boards[0].device.isJoined }
        let stored = try BaseState(decoding: try #require(world.baseStored))
        var configuration = world.base.configuration
        let same = try BaseStation(configuration: configuration, restoring: stored, bootIdentifier: "2", at: world.now)
        #expect(same.state.devices.values.first?.lastDevNonce != nil)
        configuration.devices[0].appKey = try World.registration(5).appKey
        let other = try BaseStation(configuration: configuration, restoring: stored, bootIdentifier: "2", at: world.now)
        #expect(other.state.devices.values.first?.lastDevNonce == nil)
        #expect(other.state.devices.values.first?.session == nil)
    }
}
