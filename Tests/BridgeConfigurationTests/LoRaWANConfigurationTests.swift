import Ciphers
import LoRaWAN
import SmartMeter
import TestSupport
import Testing
import Timekeeping
import UplinkBridge
import UplinkPayload

@testable import BridgeConfiguration

@Suite struct LoRaWANConfigurationTests {
    static func otaa(_ lines: String) throws(ConfigurationError) -> LoRaWANConfiguration {
        let text = TestConfiguration.minimal.replacing("[lorawan]", with: "[lorawan]\n" + lines)
        return try BridgeConfiguration(text: text).lorawan
    }

    static let session = """
        activation = "abp"
        dev_eui = "70B3D57ED0000001"
        dev_addr = "260B1234"
        nwk_s_key = "000102030405060708090A0B0C0D0E0F"
        app_s_key = "0F0E0D0C0B0A09080706050403020100"
        """

    static func abp(_ lines: String) throws(ConfigurationError) -> LoRaWANConfiguration {
        try BridgeConfiguration(
            text:
                "[[meter]]\ninput = \"/dev/null\"\n[[report]]\nfields = [\"1-0:1.8.0\"]\n[lorawan]\n\(session)\n\(lines)"
        ).lorawan
    }

    @Test(arguments: Region.all) func `every region is known by its name, in either case`(region: Region) throws {
        #expect(try Self.otaa("region = \"\(region.name)\"").region == region)
        #expect(try Self.otaa("region = \"\(region.name.lowercased())\"").region == region)
        let device = try Self.otaa("region = \"\(region.name)\"").deviceConfiguration(radio: .simulated, randomSeed: 1)
        #expect(device.region == region)
    }

    @Test(arguments: [("EU863", "EU868"), ("US916", "US915"), ("AS923_2", "AS923-2"), ("eu-868", "EU868")])
    func `a region that is not known is told with the nearest`(written: String, meant: String) {
        let error = #expect(throws: ConfigurationError.self) { try Self.otaa("region = \"\(written)\"") }
        #expect(error?.message.contains("did you mean \"\(meant)\"?") == true, "\(error?.message ?? "")")
    }

    @Test func `each region is known by its name in either case, and group 1 of AS923 by its number too`() throws {
        for region in Region.all {
            #expect(try Self.otaa("region = \"\(region.name.lowercased())\"\ndata_rate = 3").region == region)
        }
        #expect(try Self.otaa("region = \"AS923-1\"").region == .as923)
    }

    @Test func `a region that is not known and near to none is told with those that are`() {
        let error = #expect(throws: ConfigurationError.self) { try Self.otaa("region = \"XX\"") }
        #expect(error?.message.contains("\"XX\" is not supported, known are EU868") == true, "\(error?.message ?? "")")
    }

    @Test func `what is not said of the device is class A, ADR, OTAA, EU868 and no certification`() throws {
        let device = try Self.otaa("").deviceConfiguration(radio: .simulated, randomSeed: 1)
        #expect(device.deviceClass == .a && device.adr && device.region == .eu868 && !device.certificationMode)
        #expect(device.dataRate == nil)
        #expect(try Self.otaa("").warnings == [])
    }

    @Test func `class, data rate and certification reach the device, and certification is warned of`() throws {
        let lorawan = try Self.otaa("class = \"C\"\nadr = false\ndata_rate = 3\ncertification = true")
        let device = lorawan.deviceConfiguration(radio: .simulated, randomSeed: 1)
        #expect(device.deviceClass == .c && !device.adr && device.dataRate == DataRate(3) && device.certificationMode)
        #expect(lorawan.warnings.count == 1 && lorawan.warnings[0].contains("FPort 224"))
    }

    @Test(arguments: [
        ("version = \"1.1\"", "version", "register the device as LoRaWAN 1.0.4"),
        ("version = \"1.0.3\"", "version", "register the device as LoRaWAN 1.0.4"),
        ("nwk_key = \"000102030405060708090A0B0C0D0E0F\"", "nwk_key", "LoRaWAN 1.1"),
        ("nwk_s_enc_key_file = \"x\"", "nwk_s_enc_key_file", "LoRaWAN 1.1"),
        ("class = \"B\"", "class", "\"A\" or \"C\""),
        ("data_rate = 6", "data_rate", "there are 0, 1, 2, 3, 4, 5"),
        ("region = \"US915\"\ndata_rate = 8", "data_rate", "there are 0, 1, 2, 3, 4"),
        ("adr = false\ndata_rate = 2\nlowest_data_rate = 3", "lowest_data_rate", "above data_rate"),
        ("sub_band = 2", "sub_band", "is for US915 and AU915"),
        ("region = \"US915\"\nsub_band = 0", "sub_band", "from 1 to 8"),
        ("first_downlink_counter = 7", "first_downlink_counter", "belongs to activation = \"abp\""),
        ("dev_addr = \"260B1234\"", "dev_addr", "belongs to activation = \"abp\""),
        ("activation = \"join\"", "activation", "\"otaa\" or \"abp\""),
        ("activation = \"abp\"", "join_eui", "belongs to activation = \"otaa\""),
    ])
    func `what is not supported, or belongs to another device, is refused with what to do`(
        lines: String, key: String, hint: String
    ) {
        let error = #expect(throws: ConfigurationError.self) { try Self.otaa(lines) }
        let told = error?.mistakes.first { $0.message.hasPrefix("[lorawan] \(key): ") }
        #expect(told?.message.contains(hint) == true, "\(error?.description ?? "")")
    }

    @Test func `version 1.0.4 may be written`() throws {
        _ = try Self.otaa("version = \"1.0.4\"")
    }

    @Test func `an ABP device has the session that is written, and the region's defaults for the rest`() throws {
        guard case .personalized(let plain) = try Self.abp("").activation else {
            Issue.record("no session")
            return
        }
        #expect(plain.devAddr == DevAddr(rawValue: 0x260B_1234))
        #expect(plain.keys.network.bytes == Array(0..<16) && plain.keys.application.bytes == (0..<16).reversed())
        #expect(plain.rxDelay == 1 && plain.rx2DataRate == nil && plain.rx2Frequency == nil && plain.frequencies == [])
        #expect(plain.firstUplinkCounter == FrameCounter(rawValue: 0) && plain.firstDownlinkCounter.rawValue == 0)
        let lines = """
            rx1_delay = 5
            rx2_data_rate = 3
            rx2_frequency_hz = 869525000
            frequencies_hz = [867100000, 867300000]
            first_uplink_counter = 4294967295
            first_downlink_counter = 70000
            """
        guard case .personalized(let full) = try Self.abp(lines).activation else { return }
        #expect(full.rxDelay == 5 && full.rx2DataRate == DataRate(3) && full.rx2Frequency == 869_525_000)
        #expect(full.frequencies == [867_100_000, 867_300_000])
        #expect(full.firstUplinkCounter == FrameCounter(rawValue: .max))
        #expect(full.firstDownlinkCounter == FrameCounter(rawValue: 70_000))
    }

    @Test func `a sub-band is eight narrow channels and the wide one between them`() throws {
        for (number, first, wide) in [(1, 0, 64), (2, 8, 65), (8, 56, 71)] {
            let lines = "region = \"US915\"\nsub_band = \(number)"
            for configuration in [try Self.otaa(lines), try Self.abp(lines)] {
                let device = configuration.deviceConfiguration(radio: .simulated, randomSeed: 1)
                let channels = (0..<72).filter { (device.channelMask ?? 0) >> ChannelMask($0) & 1 == 1 }
                #expect(channels == Array(first..<first + 8) + [wide])
            }
        }
        #expect(try Self.otaa("region = \"AU915\"").subBand == nil)
    }

    @Test(arguments: [
        ("sub_band = 2", "sub_band", "is for US915 and AU915"),
        ("region = \"AU915\"\nsub_band = 9", "sub_band", "from 1 to 8"),
        ("region = \"US915\"\nfrequencies_hz = [903900000]", "frequencies_hz", "use sub_band"),
        ("region = \"KR920\"\nfrequencies_hz = [922000000]", "frequencies_hz", "in steps of 200000 Hz"),
        ("region = \"AS923-2\"\nfrequencies_hz = [919800000]", "frequencies_hz", "from 920000000 to 923000000 Hz"),
        ("frequencies_hz = [868650000]", "frequencies_hz", "868650000 Hz is no carrier that EU868 allows"),
        ("frequencies_hz = [915000000]", "frequencies_hz", "from 863000000 to 870000000 Hz"),
        ("frequencies_hz = [\"867.1\"]", "frequencies_hz", "a list of whole numbers"),
        (
            "frequencies_hz = [\(Array(repeating: "867100000", count: 14).joined(separator: ","))]", "frequencies_hz",
            "at most 13"
        ),
        ("rx2_data_rate = 8", "rx2_data_rate", "no data rate of downlinks"),
        ("region = \"US915\"\nrx2_data_rate = 0", "rx2_data_rate", "no data rate of downlinks"),
        ("rx2_frequency_hz = 869", "rx2_frequency_hz", "is no carrier"),
        ("rx1_delay = 16", "rx1_delay", "from 1 to 15"),
        ("first_uplink_counter = 4294967296", "first_uplink_counter", "from 0 to 4294967295"),
        ("app_key = \"0F0E0D0C0B0A09080706050403020100\"", "app_key", "belongs to activation = \"otaa\""),
    ])
    func `a session that the device could not have is refused`(lines: String, key: String, hint: String) {
        let error = #expect(throws: ConfigurationError.self) { try Self.abp(lines) }
        #expect(error?.message.hasPrefix("[lorawan] \(key): ") == true, "\(error?.message ?? "")")
        #expect(error?.message.contains(hint) == true, "\(error?.message ?? "")")
    }

    @Test(arguments: ["dev_addr", "nwk_s_key", "app_s_key", "dev_eui"])
    func `an ABP device without a part of its session is refused`(key: String) {
        let rest = Self.session.split(separator: "\n").filter { !$0.hasPrefix(key) }.joined(separator: "\n")
        let error = #expect(throws: ConfigurationError.self) {
            try BridgeConfiguration(
                text: "[[meter]]\ninput = \"/dev/null\"\n[[report]]\nfields = [\"1-0:1.8.0\"]\n[lorawan]\n\(rest)")
        }
        #expect(error?.message.hasPrefix("[lorawan] \(key): is missing") == true, "\(error?.message ?? "")")
    }

    /// RP002: M less 8, of the slowest data rate in use, whatever the network says of the dwell time.
    @Test(arguments: [
        ("", 51), ("lowest_data_rate = 3", 115), ("adr = false\ndata_rate = 5", 242), ("data_rate = 5", 51),
        ("adr = false\ndata_rate = 5\nlowest_data_rate = 3", 115), ("region = \"EU433\"", 51),
        ("region = \"IN865\"", 51), ("region = \"RU864\"", 51), ("region = \"KR920\"", 51), ("region = \"AS923\"", 11),
        ("region = \"AS923-4\"\nlowest_data_rate = 3", 53), ("region = \"US915\"", 11),
        ("region = \"US915\"\nlowest_data_rate = 1", 53), ("region = \"US915\"\nadr = false\ndata_rate = 3", 242),
        ("region = \"AU915\"", 11), ("region = \"AU915\"\nlowest_data_rate = 4", 125),
    ])
    func `layouts must fit the slowest data rate in use`(lines: String, bytes: Int) throws {
        #expect(try Self.otaa(lines).smallestPayload == bytes)
    }

    @Test func `a report that one payload of the region has no room for is spread over several`() throws {
        let fields = "[\"1-0:1.8.0\", \"1-0:2.8.0\", \"1-0:1.7.0\", \"1-0:2.7.0\", \"1-0:32.7.0\"]"
        func layouts(_ region: String) throws -> [Int] {
            let text = TestConfiguration.minimal.replacing("[\"1-0:1.8.0\"]", with: fields)
                .replacing("[lorawan]", with: "[lorawan]\nregion = \"\(region)\"")
            return try BridgeConfiguration(text: text).schema.layouts.map(\.byteCount)
        }
        #expect(try layouts("EU868").count == 1)
        let american = try layouts("US915")
        #expect(american.count == 2 && american.allSatisfy { $0 <= 11 })
    }
}
