import Ciphers
import Foundation
import LoRaWAN
import TestSupport
import Testing

@testable import BridgeConfiguration

@Suite struct SecretTests {
    static let secret = "2B7E151628AED2A6ABF7158809CF4F3C"
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func write(_ text: String, to name: String, mode: Int) throws -> String {
        let path = folder.path(name)
        try Data(text.utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }

    static let withFile = TestConfiguration.minimal.replacing(
        "app_key = \"\(secret)\"", with: "app_key_file = \"app.key\"")

    func appKey(_ configuration: BridgeConfiguration) -> AES128Key? {
        if case .overTheAir(_, let key) = configuration.lorawan.activation { key } else { nil }
    }

    @Test func `keys may stand in files beside the configuration`() throws {
        let path = try write(Self.secret + "\n", to: "app.key", mode: 0o600)
        let configuration = try BridgeConfiguration(text: Self.withFile, folder: folder.url.path)
        #expect(try appKey(configuration) == AES128Key(hex: Self.secret))
        let absolute = Self.withFile.replacing("\"app.key\"", with: "\"\(path)\"")
        #expect(try appKey(BridgeConfiguration(text: absolute, folder: "/nowhere")) == AES128Key(hex: Self.secret))
        #expect(throws: ConfigurationError.self) { try BridgeConfiguration(text: Self.withFile, folder: "/nowhere") }
    }

    @Test(arguments: [0o640, 0o604, 0o660, 0o644, 0o620])
    func `a file with a key that others than its owner can use is refused, with what to do`(mode: Int) throws {
        let path = try write(Self.secret, to: "app.key", mode: mode)
        let error = #expect(throws: ConfigurationError.self) {
            try BridgeConfiguration(text: Self.withFile, folder: folder.url.path)
        }
        #expect(error?.message.contains("chmod 600 \(path)") == true, "\(error?.message ?? "")")
        #expect(error?.line == 6)
    }

    @Test func `a service refuses a configuration with keys in it that others can read, other commands do not`() throws
    {
        // Its keys are those of the example.
        let simulated = "\n[radio]\ntype = \"simulated\"\n"
        let text = TestConfiguration.minimal + simulated
        let path = try write(text, to: "p1lora.toml", mode: 0o644)
        #expect(throws: Never.self) { try BridgeConfiguration(contentsOfFile: path) }
        let error = #expect(throws: ConfigurationError.self) {
            try BridgeConfiguration(contentsOfFile: path, guardsKeys: true)
        }
        #expect(error?.message.contains("chmod 600 \(path)") == true)
        _ = try write(text, to: "p1lora.toml", mode: 0o600)
        #expect(throws: Never.self) { try BridgeConfiguration(contentsOfFile: path, guardsKeys: true) }
        // Without keys in it the file may be read by all.
        _ = try write(Self.secret, to: "app.key", mode: 0o400)
        let open = try write(Self.withFile + simulated, to: "open.toml", mode: 0o644)
        #expect(throws: Never.self) { try BridgeConfiguration(contentsOfFile: open, guardsKeys: true) }
    }

    @Test func `a name without a folder is looked for among systemd's credentials first, whatever its mode`() throws {
        let credentials = try TemporaryFolder()
        let other = "000102030405060708090A0B0C0D0E0F"
        _ = try write(Self.secret, to: "app.key", mode: 0o600)
        let sources = SecretSources(folder: folder.url.path, credentials: credentials.url.path)
        func key() -> AES128Key? {
            let table = ConfigurationFile.parse(Array("app_key_file = \"app.key\"".utf8), into: MistakeList())
            return SecretFile.key("app_key", in: table, from: sources)
        }
        #expect(try key() == AES128Key(hex: Self.secret))
        let path = credentials.path("app.key")
        try Data(other.utf8).write(to: URL(filePath: path))
        // systemd's access lists show as rights of the group.
        try FileManager.default.setAttributes([.posixPermissions: 0o440], ofItemAtPath: path)
        #expect(try key() == AES128Key(hex: other))
    }

    /// Every way to get a key wrong that came to mind, in the place of each key that there is.
    @Test func `no message shows a key, nor a part of one`() throws {
        let secret = Self.secret
        let spoilt = [
            "\"\(secret)0\"", "\"\(secret)G\"", "\"\(secret.dropLast(2))\"", "\"\(secret)\(secret)\"", secret,
            "'\(secret)",
            "\"\(secret)\n", "[\"\(secret)\"]", "{ k = \"\(secret)\" }", "0x\(secret)", "\"\(secret)\\q\"",
            "\"\(secret)\" 5",
        ]
        let abp = TestConfiguration.minimal.replacing("join_eui = \"0000000000000001\"", with: "activation = \"abp\"")
            .replacing("app_key = \"\(secret)\"", with: "dev_addr = \"260B0001\"\nnwk_s_key = KEY1\napp_s_key = KEY2")
        var texts: [String] = []
        for value in spoilt {
            for name in ["app_key", "ap_key", "nwk_key", "app_keyfile", "appkey", "app_key_file"] {
                texts.append(
                    TestConfiguration.minimal.replacing("app_key = \"\(secret)\"", with: "\(name) = \(value)"))
            }
            for name in ["key", "auth_key", "kye", "system"] {
                texts.append(TestConfiguration.minimal.replacing("[lorawan]", with: "\(name) = \(value)\n[lorawan]"))
            }
            texts.append(abp.replacing("KEY1", with: value).replacing("KEY2", with: "\"\(secret)\""))
            texts.append(abp.replacing("KEY2", with: value).replacing("KEY1", with: "\"\(secret)\""))
        }
        _ = try write("\(secret)G", to: "spoilt.key", mode: 0o600)
        _ = try write(secret, to: "open.key", mode: 0o644)
        for file in ["spoilt.key", "open.key", "absent.key", "."] {
            texts.append(Self.withFile.replacing("app.key", with: file))
        }
        #expect(texts.count > 100)
        for text in texts {
            let error = #expect(throws: ConfigurationError.self, "\(text)") {
                try BridgeConfiguration(text: text, folder: folder.url.path)
            }
            let message = error?.description ?? ""
            for start in stride(from: 0, to: 26, by: 1) {
                let part = secret.dropFirst(start).prefix(6)
                #expect(!message.localizedCaseInsensitiveContains(part), "\(message)")
            }
        }
        let whole = try BridgeConfiguration(text: TestConfiguration.minimal)
        #expect(!"\(whole)".contains(secret.prefix(6)) && !String(reflecting: whole).contains(secret.prefix(6)))
    }
}
