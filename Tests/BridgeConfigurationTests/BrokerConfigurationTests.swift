import Foundation
import HardwareInterfaces
import TestSupport
import Testing
import Timekeeping

@testable import BridgeConfiguration

@Suite struct BrokerConfigurationTests {
    func configuration(_ mqtt: String) throws -> BridgeConfiguration {
        try BridgeConfiguration(text: TestConfiguration.minimal + "\n" + mqtt)
    }

    @Test func `without a table there is no broker, and nothing listens on the network`() throws {
        let configuration = try configuration("")
        #expect(configuration.broker == nil)
        #expect(configuration.status.metrics == nil)
    }

    @Test func `a host is enough`() throws {
        let broker = try #require(try configuration("[mqtt]\nhost = \"broker.local\"").broker)
        #expect(broker.access.host == "broker.local" && broker.access.port == 1_883 && !broker.access.usesTLS)
        #expect(
            broker.access.prefix == "p1lora" && broker.access.discoveryPrefix == "homeassistant"
                && broker.every == .seconds(10))
        #expect(try configuration("[mqtt]\nhost = \"x\"\ntls = true").broker?.access.port == 8_883)
        #expect(try configuration("[mqtt]\nhost = \"x\"\ndiscovery = \"off\"").broker?.access.discoveryPrefix == nil)
    }

    @Test(arguments: [
        ("", "host: is missing"), ("host = \"\"", "host"), ("host = \"a b\"", "host"),
        ("host = \"x\"\nport = 0", "port"),
        ("host = \"x\"\nport = 70000", "port"), ("host = \"x\"\nca = \"/ca.pem\"", "tls = true"),
        ("host = \"x\"\npassword = \"y\"", "needs a user"), ("host = \"x\"\nprefix = \"a/#\"", "without + and #"),
        ("host = \"x\"\nprefix = \"\"", "is empty"), ("host = \"x\"\ndiscovery = \"+\"", "must be a topic"),
        ("host = \"x\"\nevery = \"10ms\"", "from 1s to 1h"), ("host = \"x\"\nhots = \"y\"", "did you mean"),
    ])
    func `a mistake is told with its key`(mqtt: String, expected: String) {
        #expect {
            try configuration("[mqtt]\n" + mqtt)
        } throws: {
            "\($0)".contains(expected)
        }
    }

    @Test(arguments: [
        ("[status]\nsocket = \"\"", "is empty"), ("[metrics]\nlisten = \"9471\"", "must be address:port"),
        ("[metrics]\nport = 1", "unknown key"),
    ])
    func `a mistake about status and metrics is told`(text: String, expected: String) {
        #expect {
            try configuration(text)
        } throws: {
            "\($0)".contains(expected)
        }
    }

    @Test func `status can be off, and metrics can be served`() throws {
        #expect(try configuration("[status]\nsocket = \"off\"").status.candidates(statePath: "/a/b.db").isEmpty)
        #expect(
            try configuration("[status]\nsocket = \"/x/y\"").status.candidates(statePath: "/a/b.db") == ["/x/y"])
        #expect(try configuration("[metrics]\nlisten = \"127.0.0.1:9471\"").status.metrics?.port == 9_471)
    }

    @Test func `a password comes from a file of its own, its first line, and no message shows it`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("password")
        try Data("se cret\nnot this".utf8).write(to: URL(filePath: path))
        let text = "[mqtt]\nhost = \"x\"\nuser = \"me\"\npassword_file = \"\(path)\""
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        #expect {
            try configuration(text)
        } throws: {
            "\($0)".contains("chmod 600") && !"\($0)".contains("cret")
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        #expect(try configuration(text).broker?.access.password == "se cret")
        try Data("\n".utf8).write(to: URL(filePath: path))
        #expect(throws: ConfigurationError.self) { try configuration(text) }
    }
}
