import BridgeConfiguration
import Collector
import Foundation
import ServerEvents
import Testing
import Timekeeping

@Suite struct CollectorConfigurationTests {
    @Test func `the smallest configuration is enough`() throws {
        let bench = try CollectorBench()
        #expect(bench.configuration.place == .file(bench.folder + "/profile.db"))
        #expect(bench.configuration.fleets.all.map(\.name) == ["p1lora.toml"])
        #expect(bench.configuration.fleets.fleet(of: DeviceIdentifier(rawValue: 7)) != nil)
        #expect(bench.configuration.timeZone == .current)
    }

    @Test func `a bridge's own file is read without its keys`() throws {
        let example = try String(contentsOfFile: "config.example.toml", encoding: .utf8)
            .replacing("app_key = \"2B7E151628AED2A6ABF7158809CF4F3C\"", with: "app_key_file = \"/nonexistent\"")
        let bench = try CollectorBench(bridges: example)
        #expect(bench.configuration.fleets.all.count == 1)
    }

    @Test func `a server is listened to as it is written`() throws {
        let text =
            CollectorBench.smallest + """

                [[server]]
                kind = "the-things-stack"
                host = "eu1.cloud.thethings.network"
                tls = true
                user = "meters@ttn"
                [[server]]
                kind = "chirpstack"
                host = "localhost"
                topic = "lora/+/up"
                """
        let servers = try CollectorBench(text).configuration.servers
        #expect(servers.map(\.port) == [8_883, 1_883])
        #expect(servers[0].topics == ["v3/meters@ttn/devices/+/up", "v3/meters@ttn/devices/+/down/failed"])
        #expect(servers[1].topics == ["lora/+/up"])
        #expect(servers[0].client != servers[1].client)
    }

    @Test func `a database has its password in a file and the spool a place of its own`() throws {
        let bench = try CollectorBench()
        try "open sesame\n".write(toFile: bench.folder + "/password", atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: bench.folder + "/password")
        let text = CollectorBench.smallest.replacing(
            "path = \"profile.db\"", with: "url = \"postgresql://p1lora@db/p\"\npassword_file = \"password\"")
        let plain = try CollectorConfiguration(text: text, folder: bench.folder)
        #expect(plain.place == .database("postgresql://p1lora@db/p", password: "open sesame"))
        #expect(plain.spool == bench.folder + "/p1lora-collector")
        let moved = text.replacing("[[fleet]]", with: "spool = \"/var/spool/p1lora\"\n[[fleet]]")
        #expect(try CollectorConfiguration(text: moved, folder: bench.folder).spool == "/var/spool/p1lora")
        #expect(bench.configuration.spool == bench.folder + "/profile.db")
    }

    private func mistakes(_ text: String) throws -> String {
        let bench = try CollectorBench()
        do throws(ConfigurationError) {
            _ = try CollectorConfiguration(text: text, folder: bench.folder)
            return ""
        } catch {
            return "\(error)"
        }
    }

    @Test(arguments: [
        ("", "[store] path: is missing"), ("", "no [[fleet]]"),
        ("[store]\npath = \"a\"\nurl = \"postgresql://b\"", "keep one"),
        ("[store]\nurl = \"mysql://b\"", "postgresql://"),
        ("[store]\npath = \"a\"\npassword = \"b\"", "is for the url"),
        ("[store]\npath = \"a\"\nkeep = \"3d\"", "at least 8d"),
        ("time_zone = \"CST\"", "no time zone"), ("time_zone = \"Mars/Olympus\"", "no time zone"),
        ("[[fleet]]\nconfiguration = \"none.toml\"", "none.toml"),
        ("[[fleet]]\nconfiguration = \"p1lora.toml\"\ndevices = [\"xyz\"]", "no DevEUI"),
        ("[[fleet]]\nconfiguration = \"p1lora.toml\"\n[[fleet]]\nconfiguration = \"p1lora.toml\"", "each names"),
        (
            """
            [[fleet]]
            configuration = "p1lora.toml"
            devices = ["70B3D57ED0012345"]
            [[fleet]]
            configuration = "p1lora.toml"
            devices = ["70b3d57ed0012345"]
            """, "belongs to [[fleet]] 1 already"
        ), ("[stor]\npath = \"a\"", "did you mean \"store\""),
        ("[webhook]\nlisten = \"0.0.0.0:8471\"", "secret_file: is missing"),
        ("[webhook]\nlisten = \"here\"\nsecret = \"a long enough secret\"", "must be address:port"),
        ("[webhook]\nlisten = \"127.0.0.1:8471\"\nsecret = \"short\"", "must have 16 to 256 bytes"),
        ("[api]\nlisten = \"0.0.0.0:8470\"", "a password_file or a token_file is needed"),
        ("[[server]]\nhost = \"a\"", "[[server]] 1 kind: is missing"),
        ("[[server]]\nkind = \"chirpstak\"\nhost = \"a\"", "did you mean \"chirpstack\""),
        ("[[server]]\nkind = \"chirpstack\"\nhost = \"a\"\ncertificate = \"b\"\ntls = true", "key_file"),
        ("[[server]]\nkind = \"chirpstack\"\nhost = \"a\"\npassword = \"b\"", "needs a user"),
    ]) func `a mistake says what and where`(_ text: String, _ words: String) throws {
        let told = try mistakes(text)
        #expect(told.contains(words), "\(told)")
    }
}
