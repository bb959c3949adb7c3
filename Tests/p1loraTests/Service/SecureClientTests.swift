import Foundation
import HardwareInterfaces
import LinuxHardware
import TestTags
import Testing
import Timekeeping

/// Servers with TLS are asked by the collector, and answer with OpenSSL's own.
@Suite(
    .tags(.process), .waits, .slow, .serialized,
    .enabled(
        if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl"), "apt-get install openssl to run these"))
struct SecureClientTests {
    private let folder: TemporaryFolder
    private let port: Int

    init() throws {
        folder = try TemporaryFolder()
        port = try LoopbackServer().port
        try TestCertificates.make(in: folder.url.path) { try MosquittoServer.run($0, $1) }
    }

    private func path(_ name: String) -> String { folder.url.appending(path: name).path }

    private func ask(_ host: String, authorities: String?) throws(HardwareError) -> LinuxHardware.WebClient.Answer {
        guard let address = WebAddress("https://\(host):\(port)") else {
            throw HardwareError(.notFound, device: host, message: "is no address")
        }
        return try LinuxHardware.WebClient(address, authorities: authorities, patience: .seconds(5)).ask("GET", "/")
    }

    @Test func `a certificate has to be of an authority that is believed, and of the host that is asked`() throws {
        let server = try MosquittoServer.begin(
            "/usr/bin/openssl",
            [
                "s_server", "-accept", "127.0.0.1:\(port)", "-cert", path("server.pem"), "-key", path("server.key"),
                "-www",
                "-quiet",
            ], output: nil)
        defer { server.terminateAndWait() }
        var answer: LinuxHardware.WebClient.Answer?
        for _ in 0..<100 where answer == nil {
            usleep(50_000)
            answer = try? ask("localhost", authorities: path("ca.pem"))
        }
        #expect(answer?.status == 200)
        let foreign = #expect(throws: HardwareError.self) { try ask("localhost", authorities: nil) }
        #expect(foreign?.message.contains("the certificate is not believed") == true, "\(String(describing: foreign))")
        let other = #expect(throws: HardwareError.self) { try ask("127.0.0.1", authorities: path("ca.pem")) }
        #expect(other?.message.contains("the certificate is not believed") == true, "\(String(describing: other))")
        let none = #expect(throws: HardwareError.self) { try ask("localhost", authorities: path("no.pem")) }
        #expect(none?.message.contains("the authorities can't be read") == true, "\(String(describing: none))")
    }

    @Test func `a server that speaks no TLS, or closes while it is spoken to, is told`() throws {
        let plain = try MosquittoServer.begin(
            "/usr/bin/python3",
            ["-m", "http.server", "\(port)", "--bind", "127.0.0.1", "--directory", folder.url.path],
            output: nil)
        defer { plain.terminateAndWait() }
        var error: HardwareError?
        // Until it listens.
        for _ in 0..<100 where error?.message.contains("TLS") != true {
            usleep(50_000)
            error = #expect(throws: HardwareError.self) { try ask("localhost", authorities: path("ca.pem")) }
        }
        #expect(error?.message.contains("TLS") == true, "\(String(describing: error))")
    }
}
