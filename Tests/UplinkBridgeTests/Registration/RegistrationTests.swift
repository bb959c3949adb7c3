import Foundation
import HardwareSimulators
import LoRaWAN
import RadioDrivers
import TestSupport
import Testing
import UplinkBridge

@testable import BridgeConfiguration

@Suite struct RegistrationTests {
    let root: TemporaryFolder

    init() throws { root = try TemporaryFolder() }

    func write(_ text: String, to path: String) throws {
        let file = root.url.appending(path: path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    func addInterface(_ name: String, _ address: String, type: String = "0", isDevice: Bool = true) throws {
        try write(address + "\n", to: "sys/class/net/\(name)/address")
        try write(type + "\n", to: "sys/class/net/\(name)/addr_assign_type")
        if isDevice { try write("", to: "sys/class/net/\(name)/device/uevent") }
    }

    func choose(seed: UInt64 = 1) -> (eui: DevEUI, source: DevEUISource) {
        var random = SeededRandom(seed: seed)
        return DevEUISource.choose(root: root.url.path, using: &random)
    }

    @Test func `a maker's address becomes an EUI-64 with FF FE in its middle`() throws {
        try addInterface("wlan0", "dc:a6:32:12:34:56")
        try addInterface("eth0", "b8:27:eb:ab:cd:ef")
        let (eui, source) = choose()
        #expect(eui == DevEUI(rawValue: 0xB827_EBFF_FEAB_CDEF) && source == .networkInterface(name: "eth0"))
    }

    @Test(arguments: [
        ("02:42:ac:11:00:02", "0", true), ("b8:27:eb:ab:cd:ef", "1", true), ("b8:27:eb:ab:cd:ef", "3", true),
        ("b8:27:eb:ab:cd:ef", "0", false), ("01:00:5e:00:00:01", "0", true), ("00:00:00:00:00:00", "0", true),
        ("b8:27:eb:ab:cd", "0", true), ("zz:27:eb:ab:cd:ef", "0", true), ("", "0", true),
    ])
    func `an address that is not a maker's is passed over`(address: String, type: String, isDevice: Bool) throws {
        try addInterface("eth0", address, type: type, isDevice: isDevice)
        #expect(choose().source == .random)
    }

    @Test func `a serial number becomes a locally administered EUI, the same each time`() throws {
        try write("10000000abcdef12\0", to: "proc/device-tree/serial-number")
        for seed: UInt64 in 1...3 {
            let (eui, source) = choose(seed: seed)
            #expect(eui == DevEUI(rawValue: 0x1200_0000_ABCD_EF12) && source == .boardSerialNumber)
        }
    }

    @Test(arguments: ["0000000000000000", "ffffffffffffffff", "", "serial", "12"])
    func `a serial number that is none is passed over`(text: String) throws {
        try write(text, to: "proc/device-tree/serial-number")
        #expect(choose().source == .random)
    }

    @Test func `a random EUI is locally administered, of one device, and another each time`() {
        var seen: Set<DevEUI> = []
        for seed: UInt64 in 0..<200 {
            let (eui, source) = choose(seed: seed)
            #expect(source == .random && eui.rawValue >> 56 & 3 == 2)
            #expect(seen.insert(eui).inserted)
        }
    }

    static let appKey = "2B7E151628AED2A6ABF7158809CF4F3C"

    static func device(_ region: Region) throws -> LoRaWANConfiguration {
        try BridgeConfiguration(
            text: TestConfiguration.minimal.replacing("[lorawan]", with: "[lorawan]\nregion = \"\(region.name)\"")
        ).lorawan
    }

    @Test(
        arguments: zip(
            ["EU868", "EU433", "IN865", "RU864", "KR920", "AS923", "AS923-3", "US915", "AU915"],
            [
                "EU_863_870_TTN", "EU_433", "IN_865_867", "RU_864_870_TTN", "KR_920_923_TTN", "AS_923", "AS_923_3",
                "US_902_928_FSB_2", "AU_915_928_FSB_2",
            ]))
    func `each region has a frequency plan of The Things Stack`(region: String, plan: String) throws {
        let registration = Registration(try Self.device(Region(named: region)), showsSecret: false)
        #expect(registration.thingsStackCommand.contains("--frequency-plan-id \(plan) "))
        #expect(registration.thingsStackCommand.contains("--lorawan-version MAC_V1_0_4"))
    }

    @Test func `a module is registered with the version that its MAC has`() throws {
        let registration = Registration(try Self.device(.eu868), showsSecret: false, module: .v102)
        #expect(registration.thingsStackCommand.contains("MAC_V1_0_2"))
        #expect(registration.thingsStackCommand.contains("PHY_V1_0_2_REV_B"))
        #expect(registration.fields.first?.value == "1.0.2")
        let folder = try TemporaryFolder()
        for (type, version) in [
            ("rn2483", "1.0.2"), ("lora-e5", "1.0.3"), ("rak3172", "1.0.3"), ("sx127x", "1.0.4"),
        ] {
            let text = TestConfiguration.minimal + "\n[radio]\ntype = \"\(type)\"\ndevice = \"/dev/x\"\n"
            let path = folder.path(type)
            try Data(text.utf8).write(to: URL(filePath: path))
            #expect(try Registration(contentsOfFile: path, showsSecret: false).fields.first?.value == version)
        }
    }

    @Test func `no key is in the registration unless it is asked for, and never in the QR code`() throws {
        let device = try Self.device(.eu868)
        for showsSecret in [false, true] {
            let registration = Registration(device, showsSecret: showsSecret)
            let texts =
                registration.fields.map(\.value) + [registration.thingsStackCommand]
                + registration.chirpStackRequests.map(\.body)
            let shown = texts.filter { $0.localizedCaseInsensitiveContains(Self.appKey) }
            #expect(shown.count == (showsSecret ? 3 : 0))
            #expect(registration.qrText == "LW:D0:0000000000000001:70B3D57ED0000001:FFFF0000")
        }
    }

    @Test func `what is sent to ChirpStack is JSON with the AppKey where 1-0 devices have it`() throws {
        let requests = Registration(try Self.device(.eu868), showsSecret: true).chirpStackRequests
        #expect(requests.map(\.path) == ["/api/devices", "/api/devices/70b3d57ed0000001/keys"])
        let bodies = try requests.map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.body.utf8)) as? [String: [String: String]])
        }
        #expect(bodies[0]["device"]?["joinEui"] == "0000000000000001")
        #expect(bodies[1]["deviceKeys"]?["nwkKey"] == Self.appKey.lowercased())
    }
}
