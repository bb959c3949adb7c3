import Ciphers
import Foundation
import LoRaWAN
import TestTags
import Testing

@testable import BridgeConfiguration

@Suite(.tags(.process), .waits, .slow) struct KeysCommandTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A program that keeps its arguments and its input, and answers with a picture.
    func makeQRencode() throws -> String {
        let script =
            "#!/bin/sh\necho \"$@\" > \(folder.url.path)/arguments\ncat > \(folder.url.path)/input\necho '<svg/>'\n"
        let path = try folder.write(script.utf8, to: "qrencode")
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        return "\(folder.url.path):/usr/bin:/bin"
    }

    func content(_ name: String) throws -> String {
        try String(contentsOf: folder.url.appending(path: name), encoding: .utf8)
    }

    @Test func `keys new prints lines that are a valid configuration, with a key of its own each time`() throws {
        var seen: Set<String> = []
        for _ in 0..<3 {
            let outcome = try CommandRunner.run(
                "keys", "new", "--dev-eui", "70B3D57ED0001234", "--region", "us915", "--class-c")
            #expect(outcome.status == 0, "\(outcome.errors)")
            let lines = outcome.output.split(separator: "\n").drop { $0 != "[lorawan]" }.prefix {
                $0 != "Any network server"
            }
            let text =
                "[[meter]]\ninput = \"/dev/null\"\n[[report]]\nfields = [\"1-0:1.8.0\"]\n"
                + lines.joined(separator: "\n")
            let lorawan = try BridgeConfiguration(text: text).lorawan
            #expect(lorawan.devEUI == DevEUI(rawValue: 0x70B3_D57E_D000_1234) && lorawan.deviceClass == .c)
            #expect(lorawan.region == .us915)
            guard case .overTheAir(let joinEUI, let key) = lorawan.activation else { return }
            #expect(joinEUI == JoinEUI(rawValue: 0))
            #expect(Set(key.bytes).count > 4 && seen.insert(key.bytes.description).inserted)
        }
    }

    @Test func `keys new writes a file of mode 600, never over another one, and shows no key then`() throws {
        let path = folder.url.appending(path: "lorawan.toml").path
        let outcome = try CommandRunner.run("keys", "new", "--output", path)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let written = try content("lorawan.toml")
        let key = try #require(written.firstMatch(of: /app_key = "([0-9A-F]{32})"/)).1
        #expect(!outcome.output.localizedCaseInsensitiveContains(key) && !outcome.errors.contains(key))
        let again = try CommandRunner.run("keys", "new", "--output", path)
        #expect(again.status == 1 && again.errors.contains("is not written over"))
        #expect(try content("lorawan.toml") == written)

        let hidden = try CommandRunner.run("keys", "show", "--config", path)
        #expect(hidden.status == 0 && hidden.output.contains("--secret shows it"), "\(hidden.errors)")
        #expect(!hidden.output.localizedCaseInsensitiveContains(key))
        let shown = try CommandRunner.run("keys", "show", "--config", path, "--secret")
        #expect(shown.output.contains("AppKey                \(key)"))
        #expect(shown.output.contains("--root-keys.app-key.key \(key)"))
        #expect(shown.output.contains("\"nwkKey\":\"\(key.lowercased())\""))
    }

    @Test func `the QR code's text is TR005's, without the key, and no key is handed to the program that draws it`()
        throws
    {
        let path = try makeQRencode()
        let picture = folder.url.appending(path: "code.svg").path
        let outcome = try CommandRunner.run(
            ["keys", "new", "--dev-eui", "70b3d57ed0001234", "--join-eui", "0011223344556677", "--svg", picture],
            path: path)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let text = "LW:D0:0011223344556677:70B3D57ED0001234:FFFF0000"
        #expect(outcome.output.split(separator: "\n").contains(Substring(text)))
        #expect(try content("input") == text)
        #expect(try !content("arguments").contains("70B3"))
        #expect(try content("code.svg").hasPrefix("<svg"))
    }

    @Test func `a picture without the program that draws it ends with 1 and how to install it`() throws {
        let empty = try TemporaryFolder()
        guard !FileManager.default.fileExists(atPath: "/usr/bin/qrencode") else { return }
        let outcome = try CommandRunner.run(["keys", "new", "--svg", "x.svg"], path: empty.url.path)
        #expect(outcome.status == 1 && outcome.errors.contains("apt-get install qrencode"))
        #expect(outcome.output.contains("LW:D0:"))
    }

    @Test func `keys show of an ABP device tells its session, and has no QR code`() throws {
        let path = try folder.write(
            """
            [lorawan]
            region = "AU915"
            activation = "abp"
            dev_eui = "70B3D57ED0000001"
            dev_addr = "260B1234"
            nwk_s_key = "000102030405060708090A0B0C0D0E0F"
            app_s_key = "0F0E0D0C0B0A09080706050403020100"
            rx1_delay = 5
            sub_band = 3
            """.utf8, to: "abp.toml")
        let hidden = try CommandRunner.run("keys", "show", "-c", path)
        #expect(hidden.status == 0, "\(hidden.errors)")
        #expect(hidden.output.contains("DevAddr               260B1234") && hidden.output.contains("AU_915_928_FSB_3"))
        #expect(!hidden.output.contains("000102030405") && !hidden.output.contains("LW:D0"))
        let shown = try CommandRunner.run("keys", "show", "-c", path, "--secret")
        #expect(shown.output.contains("--session.keys.f-nwk-s-int-key.key 000102030405060708090A0B0C0D0E0F"))
        #expect(shown.output.contains("\"appSKey\":\"0f0e0d0c0b0a09080706050403020100\""))
        for line in shown.output.split(separator: "\n") where line.hasPrefix("{") {
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
        }
        #expect(try CommandRunner.run("keys", "show", "-c", path, "--svg", "x.svg").status == 1)
    }

    @Test(arguments: [
        ["--region", "EU900"], ["--dev-eui", "70B3"], ["--join-eui", "xyz"], ["--output", "/nowhere/file"],
    ])
    func `what keys new can't use is told, with the exit code of its kind`(arguments: [String]) throws {
        let outcome = try CommandRunner.run(["keys", "new"] + arguments)
        #expect(outcome.status == (arguments[0] == "--output" ? 1 : 64))
        #expect(!outcome.errors.isEmpty && !outcome.output.contains("app_key"))
    }

    @Test func `the service does not start from a configuration with keys that others can read`() throws {
        let path = try folder.write(Data(contentsOf: URL(filePath: CommandTests.example)), to: "p1lora.toml")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        let outcome = try CommandRunner.run("run", "--config", path)
        #expect(outcome.status == 1 && outcome.errors.contains("chmod 600 \(path)"), "\(outcome.errors)")
        #expect(try CommandRunner.run("codec", "--config", path).status == 0)
    }
}
