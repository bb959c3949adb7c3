import HardwareInterfaces
import TestSupport
import Testing

@testable import BridgeConfiguration

@Suite struct WebConfigurationTests {
    private func web(_ lines: String) throws -> WebConfiguration? {
        try BridgeConfiguration(text: TestConfiguration.minimal + "\n[web]\n\(lines)\n").web
    }

    @Test func `there is no page unless it is asked for`() throws {
        #expect(try web("") == nil)
        #expect(try web("listen = \"127.0.0.1:8471\"")?.listen.port == 8_471)
    }

    @Test(arguments: ["0.0.0.0:8471", "[::]:8471", "192.168.1.7:80", "bridge.local:80", "127.evil:80", "1270.0.0.1:80"])
    func `beyond this machine a password is needed`(listen: String) throws {
        #expect(throws: ConfigurationError.self) { try web("listen = \"\(listen)\"") }
        let open = try web("listen = \"\(listen)\"\npassword = \"correct horse\"\nnames = [\"bridge.local\"]")
        #expect(open?.password != nil && open?.names == ["bridge.local"])
    }

    @Test(arguments: [
        ("listen = \"8471\"", "address:port"), ("listen = \"127.0.0.1:0\"", "address:port"),
        ("listen = \"127.0.0.1:80\"\npassword = \"short\"", "8 to 256 bytes"), ("listne = 1", "listne"),
    ])
    func `what can't be is told`(lines: String, words: String) throws {
        let error = try #require(throws: ConfigurationError.self) { try web(lines) }
        #expect("\(error)".contains(words))
    }
}
