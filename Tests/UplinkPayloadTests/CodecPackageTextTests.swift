import Testing

@testable import UplinkPayload

/// What the catalogues of network servers check of an entry.
@Suite struct CodecPackageTextTests {
    private func package(
        _ region: String, things: String = "EU863-870", chirp: String = "EU868", isClassC: Bool = false, power: Int = 16
    ) throws -> [String: String] {
        let schema = try FlatKeyTests.schema(["main"], keys: .plain)
        let model = DeviceModel(
            region: region, thingsStackRegion: things, chirpStackRegion: chirp, isClassC: isClassC, maximumPower: power)
        return Dictionary(uniqueKeysWithValues: schema.codecPackage(for: model).map { ($0.path, $0.text) })
    }

    @Test(arguments: [
        ("EU868", "EU863-870", "EU868"), ("US915", "US902-928", "US915"), ("AU915", "AU915-928", "AU915"),
        ("AS923", "AS923", "AS923"), ("AS923-3", "AS923-3", "AS923_3"), ("AS923-JP", "AS923", "AS923"),
        ("KR920", "KR920-923", "KR920"), ("IN865", "IN865-867", "IN865"), ("RU864", "RU864-870", "RU864"),
        ("EU433", "EU433", "EU433"),
    ])
    func `the packages are of the region of the configuration`(region: String, things: String, chirp: String) throws {
        let files = try package(region, things: things, chirp: chirp, power: 30)
        let device = try #require(files["the-things-stack/vendor/p1lora/p1-bridge.yaml"])
        #expect(device.contains("\n      \(things):\n"))
        let profile = try #require(files["chirpstack/vendors/p1lora/profiles/\(chirp)-1_0_4.toml"])
        #expect(profile.contains("\nregion = \"\(chirp)\"\n") && profile.contains("\nmax_eirp = 30\n"))
        #expect(
            files["chirpstack/vendors/p1lora/devices/p1-bridge.toml"]?.contains("[\"\(chirp)-1_0_4.toml\"]") == true)
        for (path, text) in files where region != "EU868" && !path.hasSuffix(".js") {
            #expect(!text.contains("EU86"), "\(path)")
        }
    }

    @Test func `class C is told, with the time that the catalogues ask for`() throws {
        let c = try package("EU868", isClassC: true)
        let things = try #require(c["the-things-stack/vendor/p1lora/p1-bridge-profile.yaml"])
        #expect(things.contains("\nsupportsClassC: true\nclassCTimeout: 10\n"))
        let chirp = try #require(c["chirpstack/vendors/p1lora/profiles/EU868-1_0_4.toml"])
        #expect(
            chirp.contains("\nsupports_class_c = true\n") && chirp.contains("[profile.class_c]\ntimeout_secs = 10\n"))
        let a = try package("EU868")
        #expect(a["the-things-stack/vendor/p1lora/p1-bridge-profile.yaml"]?.contains("supportsClassC: false\n") == true)
        let id = { (text: String?) in text?.split(separator: "\n").first { $0.hasPrefix("id =") } }
        #expect(id(chirp) != id(a["chirpstack/vendors/p1lora/profiles/EU868-1_0_4.toml"]), "one profile each")
    }

    @Test func `each output of the entry for The Things Stack has errors and warnings, as its validator compares them`()
        throws
    {
        let text = try #require(try package("EU868")["the-things-stack/vendor/p1lora/p1-bridge-codec.yaml"])
        let examples = text.components(of: "    - description: ").dropFirst()
        #expect(examples.count > 50)
        for example in examples {
            #expect(example.contains("\n        errors: [") && example.contains("\n        warnings: []\n"))
        }
    }
}

extension String {
    fileprivate func components(of separator: String) -> [Substring] {
        split(separator: separator, omittingEmptySubsequences: false)
    }
}
