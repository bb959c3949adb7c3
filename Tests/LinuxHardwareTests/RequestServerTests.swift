import Foundation
import HardwareInterfaces
import HardwareSimulators
import Testing
import Timekeeping

@testable import LinuxHardware

@Suite struct RequestServerTests {
    let folder = FileManager.default.temporaryDirectory.appending(path: "p1lora-\(UUID().uuidString.prefix(8))")
    let start = MonotonicInstant(nanoseconds: 1_000_000_000)
    var path: String { folder.appending(path: "status.sock").path }

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    /// Gives each what it asks for.
    func serve(_ server: RequestServer, at now: MonotonicInstant, body: String = "here") {
        for request in server.poll(at: now) {
            server.answer(
                request, request.path == "/page" ? .init(type: "text/plain", body: Array(body.utf8)) : .notFound)
        }
    }

    @Test func `who asks for a page gets it, and who asks for another is told that there is none`() throws {
        let server = RequestServer(listeners: [try .local(path: path, mode: 0o660)])
        let (one, other, short) = (
            try LocalClient(path: path), try LocalClient(path: path), try LocalClient(path: path)
        )
        one.say("GET /page?x=1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        other.say("GET /other HTTP/1.0\n\n")
        short.say("HEAD /page HTTP/1.1\r\n\r\n")
        serve(server, at: start)
        #expect(
            one.heard()?.hasSuffix("Content-Length: 4\r\nCache-Control: no-store\r\nConnection: close\r\n\r\nhere")
                == true)
        #expect(other.heard()?.hasPrefix("HTTP/1.1 404 Not Found\r\n") == true)
        #expect(
            short.heard()?.hasSuffix("Content-Length: 4\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n")
                == true)
        #expect(server.pollDescriptors.count == 1, "a client that was answered is kept")
    }

    @Test(arguments: [
        ("POST /page HTTP/1.1\r\n\r\n", 405), ("GET page HTTP/1.1\r\n\r\n", 400), ("\r\n\r\n", 400),
        ("GET /page\r\n\r\n", 400), ("\u{16}\u{3}\u{1}\u{0}\n\n", 400), (String(repeating: "x", count: 9_000), 431),
    ])
    func `what is no request is refused`(text: String, status: Int) throws {
        let server = RequestServer(listeners: [try .local(path: path, mode: 0o660)])
        let client = try LocalClient(path: path)
        client.say(text)
        for _ in 0..<3 { serve(server, at: start) }
        #expect(client.heard()?.hasPrefix("HTTP/1.1 \(status) ") == true)
    }

    @Test func `a request that comes byte by byte is understood when it is whole`() throws {
        let server = RequestServer(listeners: [try .local(path: path, mode: 0o660)])
        let client = try LocalClient(path: path)
        for character in "GET /page HTTP/1.1\r\nA: b\r\n\r\n" {
            #expect(client.heard() == "")
            client.say(String(character))
            serve(server, at: start)
        }
        #expect(client.heard()?.hasSuffix("here") == true)
    }

    @Test func `clients that say nothing hold up nobody, and are dropped`() throws {
        let server = RequestServer(listeners: [try .local(path: path, mode: 0o660)])
        var silent: [LocalClient] = []
        for _ in 0..<100 {
            silent.append(try LocalClient(path: path))
            serve(server, at: start)
        }
        #expect(server.pollDescriptors.count <= RequestServer.mostClients + 1)
        let client = try LocalClient(path: path)
        client.say("GET /page HTTP/1.1\r\n\r\n")
        serve(server, at: start)
        #expect(client.heard()?.hasSuffix("here") == true)
        #expect(server.nextDeadline(at: start) == start + RequestServer.patience)
        serve(server, at: start + RequestServer.patience)
        #expect(server.pollDescriptors.count == 1)
        #expect(silent.allSatisfy { $0.heard() == nil })
    }

    @Test func `a client that does not take its answer holds up nobody, and is dropped`() throws {
        let server = RequestServer(listeners: [try .local(path: path, mode: 0o660)])
        let client = try LocalClient(path: path)
        client.say("GET /page HTTP/1.1\r\n\r\n")
        let before = Date()
        let long = String(repeating: "0123456789", count: 400_000)
        serve(server, at: start, body: long)
        for step in 1..<50 { serve(server, at: start + .milliseconds(Int64(step) * 20)) }
        #expect(Date().timeIntervalSince(before) < 2)
        #expect(server.pollDescriptors.count == 1, "nothing is to be read from it any more")
        #expect(server.nextDeadline(at: start).map { $0 <= start + .milliseconds(20) } == true)
        serve(server, at: start + RequestServer.patience)
        #expect(server.nextDeadline(at: start) == nil)
    }

    @Test func `a long answer arrives whole when it is taken slowly`() throws {
        let server = RequestServer(listeners: [try .local(path: path, mode: 0o660)])
        let client = try LocalClient(path: path)
        client.say("GET /page HTTP/1.1\r\n\r\n")
        let long = String(repeating: "0123456789", count: 100_000)
        serve(server, at: start, body: long)
        var heard = ""
        for _ in 0..<200 {
            guard let part = client.heard() else { break }
            heard += part
            serve(server, at: start)
        }
        #expect(heard.hasSuffix(long))
    }

    @Test func `a client that goes away is forgotten`() throws {
        let server = RequestServer(listeners: [try .local(path: path, mode: 0o660)])
        do {
            let client = try LocalClient(path: path)
            client.say("GET /page HTTP/1.1\r\n")
            serve(server, at: start)
            #expect(server.pollDescriptors.count == 2)
        }
        serve(server, at: start)
        #expect(server.pollDescriptors.count == 1)
    }

    @Test func `a socket that was left behind is replaced, and one that answers is not`() throws {
        do {
            let left = try RequestListener.local(path: path, mode: 0o660)
            #expect(throws: HardwareError.self) { try RequestListener.local(path: path, mode: 0o660) }
            #expect(FileManager.default.fileExists(atPath: path))
            _ = left
        }
        #expect(!FileManager.default.fileExists(atPath: path), "it was not taken away")
        // As after kill -9: the file is there and nobody listens.
        let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        _ = UnixAddress(path)?.with { bind(number, $0, $1) }
        close(number)
        #expect(FileManager.default.fileExists(atPath: path))
        let listener = try RequestListener.local(path: path, mode: 0o660)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o660)
        _ = listener
    }

    @Test func `a file that is no socket is never removed`() throws {
        try Data("kept".utf8).write(to: URL(filePath: path))
        #expect(throws: HardwareError.self) { try RequestListener.local(path: path, mode: 0o660) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "kept")
    }

    @Test func `a listener takes away its own socket, and not that of its successor`() throws {
        var listener: RequestListener? = try .local(path: path, mode: 0o660)
        #expect(listener != nil)
        unlink(path)
        let successor = try RequestListener.local(path: path, mode: 0o660)
        listener = nil
        #expect(FileManager.default.fileExists(atPath: path))
        _ = successor
    }

    @Test(arguments: ["", String(repeating: "x", count: 200), "/no/such/folder/status.sock", "@abstract"])
    func `a path that can't be had is said`(path: String) {
        #expect(throws: HardwareError.self) { try RequestListener.local(path: path, mode: 0o660) }
    }

    @Test func `the command is told when nobody answers, and when somebody else does`() throws {
        #expect(throws: HardwareError.self) {
            try LocalRequest.get("/page", socket: path, patience: .seconds(1))
        }
        let listener = try RequestListener.local(path: path, mode: 0o660)
        let before = Date()
        #expect(throws: HardwareError.self) {
            try LocalRequest.get("/page", socket: path, patience: .seconds(1))
        }
        #expect(Date().timeIntervalSince(before) < 5)
        _ = listener
    }
}
