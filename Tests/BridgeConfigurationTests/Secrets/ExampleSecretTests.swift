import Foundation
import TestSupport
import Testing

@testable import BridgeConfiguration

/// Keys that everybody can read.
@Suite struct ExampleSecretTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    static let own = TestConfiguration.minimal.replacing("70B3D57ED0000001", with: "70B3D57ED0001234")
        .replacing("2B7E151628AED2A6ABF7158809CF4F3C", with: "0F1E2D3C4B5A69788796A5B4C3D2E1F0")

    private func write(_ text: String, to name: String = "p1lora.toml") throws -> String {
        let path = folder.path(name)
        try Data(text.utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        return path
    }

    /// What a service says of it.
    private func refusal(_ text: String) throws -> [ConfigurationMistake] {
        let path = try write(text)
        do throws(ConfigurationError) {
            _ = try BridgeConfiguration(contentsOfFile: path, guardsKeys: true)
            return []
        } catch {
            return error.mistakes
        }
    }

    @Test func `the example as it stands is refused by a service for each of its keys, and the word example is in it`()
        throws
    {
        let text = try String(
            contentsOf: ConfigurationTests.packageRoot.appending(path: "config.example.toml"), encoding: .utf8)
        let told = try refusal(text)
        #expect(told.count == 3 && told.allSatisfy { $0.line != nil && $0.message.contains("example") }, "\(told)")
        for key in ["[[meter]] 1 key:", "[lorawan] dev_eui:", "[lorawan] app_key:"] {
            #expect(told.contains { $0.message.hasPrefix(key) }, "\(told)")
        }
        // Other commands take it, and a simulated radio sends nothing.
        #expect(try BridgeConfiguration(text: text).exampleSecrets.count == 3)
        let simulated = try write(text.replacing("type = \"sx127x\"", with: "type = \"simulated\""))
        #expect(try BridgeConfiguration(contentsOfFile: simulated, guardsKeys: true).exampleSecrets.count == 3)
    }

    @Test(arguments: [
        "2B7E151628AED2A6ABF7158809CF4F3C", "000102030405060708090a0b0c0d0e0f", "3C4FCF098815F7ABA6D2AE2816157E2B",
        "0x2b7e151628aed2a6abf7158809cf4f3c",
        "{ 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F }",
    ])
    func `a published key is refused however and wherever it is written`(key: String) throws {
        let plain = try refusal(Self.own.replacing("0F1E2D3C4B5A69788796A5B4C3D2E1F0", with: key))
        #expect(plain.map(\.line) == [6] && plain[0].message.contains("example"), "\(plain)")
        _ = try write(key + "\n", to: "app.key")
        let inFile = try refusal(
            Self.own.replacing("app_key = \"0F1E2D3C4B5A69788796A5B4C3D2E1F0\"", with: "app_key_file = \"app.key\""))
        #expect(inFile.map(\.line) == [6] && inFile[0].message.contains("app_key_file"), "\(inFile)")
        let meter = try refusal(Self.own.replacing("[lorawan]", with: "key = \"\(key)\"\n[lorawan]"))
        #expect(meter.map(\.line) == [3], "\(meter)")
        let abp = Self.own.replacing(
            "join_eui = \"0000000000000001\"", with: "activation = \"abp\"\ndev_addr = \"260B0001\""
        )
        .replacing("app_key =", with: "nwk_s_key = \"\(key)\"\napp_s_key =")
        #expect(try refusal(abp).map(\.line) == [7])
    }

    @Test func `keys of one's own are taken, and the authentication key that Luxembourg's meters share`() throws {
        #expect(try refusal(Self.own) == [])
        let meter =
            "key = \"404142434445464748494A4B4C4D4E4F\"\nauth_key = \"00112233445566778899AABBCCDDEEFF\"\n[lorawan]"
        #expect(try refusal(Self.own.replacing("[lorawan]", with: meter)) == [])
    }
}
