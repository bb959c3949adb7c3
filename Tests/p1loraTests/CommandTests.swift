import Ciphers
import Foundation
import HardwareSimulators
import LoRaWAN
import SmartMeter
import TestTags
import Testing
import Timekeeping
import UplinkPayload

@testable import BridgeConfiguration
@testable import BridgeStore

@Suite(.tags(.process), .waits, .slow) struct CommandTests {
    static let key = "00112233445566778899AABBCCDDEEFF"
    static var packageRoot: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    }
    static var example: String { packageRoot.appending(path: "config.example.toml").path }

    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// An encrypted frame with 25.653 kWh imported, 0.040 kWh exported and 1.234 kW taken.
    func frame(key: String = key) throws -> [UInt8] {
        var registers = MeterRegisters()
        registers.energyImport = 25_653
        registers.energyExport = 40
        registers.phases[0].activePower = 1_234
        let time = UTCInstant(secondsSince1970: 1_781_827_200)
        var sealer = try FrameSealer(key: AES128Key(hex: key), counter: 77)
        return sealer.seal(LuxembourgTelegram().bytes(registers, at: time))
    }

    @Test func `read prints a telegram as one JSON object a line`() throws {
        let file = try folder.write(frame(), to: "frame.bin")
        let outcome = try CommandRunner.run("read", "--input", file, "--key", Self.key, "--format", "json")
        #expect(outcome.status == 0)
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.count == 1)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data((lines.first ?? "").utf8)) as? [String: Any])
        #expect(object["frame_counter"] as? Int == 77)
        #expect(object["time"] as? String == "2026-06-19T00:00:00Z")
        let objects = try #require(object["objects"] as? [[String: String]])
        #expect(objects.contains(["obis": "1-0:1.8.0", "value": "25.653", "unit": "kWh"]))
    }

    @Test func `read reports what it can't read with reason and offset, and goes on`() throws {
        var damaged = try frame()
        damaged[300] ^= 1
        let file = try folder.write(damaged + frame(), to: "stream.bin")
        let outcome = try CommandRunner.run("read", "-i", file, "--key", Self.key, "--format", "json")
        #expect(outcome.status == 0)
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.first?.hasPrefix("{\"error\":") == true && lines.first?.hasSuffix("\"offset\":0}") == true)
        #expect(lines.last?.contains("\"25.653\"") == true)
    }

    @Test func `read ends after the first telegram with --once`() throws {
        let file = try folder.write(frame() + frame(), to: "two.bin")
        let outcome = try CommandRunner.run("read", "-i", file, "--key", Self.key, "--once", "--format", "json")
        #expect(outcome.output.split(separator: "\n").count == 1)
    }

    @Test func `a key may come from a file`() throws {
        let file = try folder.write(frame(), to: "frame.bin")
        let keyFile = try folder.write((Self.key + "\n").utf8, to: "key")
        #expect(try CommandRunner.run("read", "-i", file, "--key-file", keyFile).status == 0)
    }

    @Test func `output that can't be written ends a command with 1 and the reason`() throws {
        for arguments in [["codec", "--config", Self.example], ["demo", "--hours", "1"]] {
            let errors = folder.url.appending(path: "errors")
            let process = try CommandRunner.start(arguments, output: URL(filePath: "/dev/full"), errors: errors)
            process.waitUntilExit()
            #expect(process.terminationReason == .exit && process.terminationStatus == 1)
            #expect(try String(contentsOf: errors, encoding: .utf8).contains("standard output can't be written"))
        }
    }

    @Test func `wrong keys, missing devices and wrong usage end with 1, 1 and 64 and say what to do`() throws {
        let file = try folder.write(frame(), to: "frame.bin")
        let wrong = try CommandRunner.run("read", "-i", file, "--key", "FF112233445566778899AABBCCDDEEFF")
        #expect(wrong.status == 1 && wrong.errors.contains("key"))
        let other = try CommandRunner.run(
            "read", "-i", file, "--key", Self.key, "--auth-key", "FF112233445566778899AABBCCDDEEFF")
        #expect(other.status == 1 && other.errors.contains("authentication key differs"))
        #expect(
            try CommandRunner.run(
                "read", "-i", file, "--key", Self.key, "--auth-key", "FF112233445566778899AABBCCDDEEFF", "--tag",
                "crc-only"
            ).status == 0)
        let keyless = try CommandRunner.run("read", "-i", file)
        #expect(keyless.status == 1 && keyless.errors.contains("no key is configured"))
        let missing = try CommandRunner.run("read", "-i", "/dev/no-such-line")
        #expect(missing.status == 1 && missing.errors.contains("there is no such device"))
        let short = try CommandRunner.run("read", "-i", file, "--key", "0011")
        #expect(short.status == 64 && short.errors.contains("this one has 2 bytes"))
        #expect(try CommandRunner.run("read").status == 64)
        #expect(try CommandRunner.run("payload", "decode", "--config", Self.example, "--port", "1", "xyz").status == 64)
        let typo = try folder.write("[[metre]]\n".utf8, to: "typo.toml")
        let configuration = try CommandRunner.run("codec", "--config", typo)
        #expect(
            configuration.status == 1 && configuration.errors.contains("line 1")
                && configuration.errors.contains("meter"))
    }

    @Test func `payload encode and decode are each other's inverse, with the air-time of the facts`() throws {
        let file = try folder.write(frame(), to: "frame.bin")
        let encoded = try CommandRunner.run("payload", "encode", "--config", Self.example, "--input", file)
        #expect(encoded.status == 0, "\(encoded.errors)")
        let line = try #require(
            try JSONSerialization.jsonObject(with: Data(encoded.output.utf8)) as? [String: Any])
        #expect(line["port"] as? Int == 1)
        #expect(line["bytes"] as? Int == 12)
        let airTimes = try #require(line["airtime_ms"] as? [String: Double])
        // 12 bytes in the frame's 13 are 25 on air: the same step of the staircase as 11.
        #expect(airTimes["SF7"] == 61.7 && airTimes["SF12"] == 1_482.8)
        let hex = try #require(line["hex"] as? String)
        let decoded = try CommandRunner.run("payload", "decode", "--config", Self.example, "--port", "1", hex)
        #expect(
            decoded.output
                == #"{"report":"readings","meter":"main","import_kwh":25.653,"export_kwh":0.04,"import_kw":1.234}"#
                + "\n")
        let other = try CommandRunner.run("payload", "decode", "--config", Self.example, "--port", "9", hex)
        #expect(other.status == 1 && other.errors.contains("port 9"))
    }

    @Test func `the version is that of the newest entry of the package's changelog`() throws {
        let changelog = try String(
            contentsOf: Self.packageRoot.appending(path: "Sources/Packaging/debian/changelog"), encoding: .utf8)
        let newest = try #require(changelog.firstMatch(of: #/^p1lora \(([0-9.]+)-[0-9]+\) /#))
        let told = try CommandRunner.run("--version").output
        #expect(told == "\(newest.1)\n" || told.hasPrefix("\(newest.1) ("))
    }

    @Test func `codec prints what Codecs holds for the example configuration`() throws {
        let outcome = try CommandRunner.run("codec", "--config", Self.example)
        let kept = try String(contentsOf: Self.packageRoot.appending(path: "Codecs/p1lora.js"), encoding: .utf8)
        #expect(
            outcome.output == kept,
            "stale: swift run p1lora codec --config config.example.toml --output Codecs/p1lora.js")
        let written = folder.url.appending(path: "codec.js")
        #expect(try CommandRunner.run("codec", "--config", Self.example, "--output", written.path).status == 0)
        #expect(try String(contentsOf: written, encoding: .utf8) == kept)
        #expect(try CommandRunner.run("codec", "--config", Self.example, "--output", "/nowhere/codec.js").status == 1)
    }

    @Test func `forget lets the counter of a meter begin anew, and keeps the rest`() throws {
        let config = try String(contentsOfFile: Self.example, encoding: .utf8)
            .replacingOccurrences(of: "/var/lib/p1lora/state.db", with: folder.url.appending(path: "state.db").path)
        let path = try folder.write(config.utf8, to: "config.toml")
        let configuration = try BridgeConfiguration(text: config)
        var memory = MeterMemory()
        var reader = try TelegramReader(
            keys: MeterKeys(encryptionKey: try AES128Key(hex: Self.key)), replayGuard: ReplayGuard())
        reader.append(try frame())
        _ = reader.next()
        memory.replayGuard = try #require(reader.replayGuard)
        do {
            let store = try StateStore(path: configuration.statePath, devEUI: configuration.lorawan.devEUI)
            try store.save(memory, [], ofMeter: "main")
            #expect(memory.replayGuard.newestCounter == 77)
            let busy = try CommandRunner.run("forget", "--config", path, "--meter", "main")
            #expect(busy.status == 1, "the store is open in this process")
        }
        #expect(
            try CommandRunner.run("forget", "--config", path, "--meter", "other").errors.contains("there are: main"))
        let outcome = try CommandRunner.run("forget", "--config", path, "--meter", "main")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let store = try StateStore(path: configuration.statePath, devEUI: configuration.lorawan.devEUI)
        let after = try #require(try store.memory(ofMeter: "main"))
        #expect(after.replayGuard == ReplayGuard() && after.recorder == memory.recorder)
    }

    @Test func `forget says of pulses that they have no frame counter`() throws {
        let pulse = "[[pulse]]\nname = \"garage\"\nline = 24\nper_unit = 800\n"
        for (meters, words) in [
            ("[[meter]]\ninput = \"x\"\n" + pulse, "garage is counted by its pulses"),
            (pulse.replacing("garage", with: "other"), "the configuration has no [[meter]]"),
        ] {
            let text =
                meters + "[[report]]\nfields = [\"1-0:1.8.0\"]\n[lorawan]\n"
                + "join_eui = \"0000000000000001\"\ndev_eui = \"70B3D57ED0000001\"\napp_key = \"\(Self.key)\"\n"
            let path = try folder.write(
                text.utf8, to: "pulses.toml")
            let outcome = try CommandRunner.run("forget", "--config", path, "--meter", "garage")
            #expect(outcome.status == 1 && outcome.errors.contains(words), "\(outcome.errors)")
        }
    }

    @Test func `the demonstration delivers every value exactly and keeps within the limits`() throws {
        let outcome = try CommandRunner.run("demo", "--hours", "6", "--seed", "5")
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains("trouble                           none"))
    }
}
