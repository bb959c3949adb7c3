import Testing

@testable import LinuxHardware

@Suite struct WebClientTests {
    private static let chunked =
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: b\r\n\r\n"
        + "5;x=y\r\nhello\r\n1\r\n,\r\n6\r\n world\r\n0\r\nTrailer: x\r\n\r\n"
    private static let counted = "HTTP/1.1 200 OK\r\nContent-Length: 12\r\nX-A:  b\r\n\r\nhello, world"
    private static let open = "HTTP/1.0 200\nX-A: b\n\nhello, world"

    @Test(arguments: [chunked, counted, open], [1, 2, 7, 1_000])
    func `an answer is the same in pieces of any size`(_ text: String, _ size: Int) throws {
        var reader = WebAnswerReader()
        var body: [UInt8] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            body += try reader.take(Array(bytes[start..<min(start + size, bytes.count)]))
        }
        if !reader.isOver { try reader.end() }
        #expect(String(decoding: body, as: UTF8.self) == "hello, world")
        #expect(reader.status == 200 && reader.headers["x-a"] == "b" && reader.isOver)
    }

    @Test(arguments: [
        "nonsense\r\n\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 9999 X\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabX\r\n",
    ])
    func `what is no answer is refused`(_ text: String) {
        var reader = WebAnswerReader()
        #expect(throws: WebAnswerReader.Failure.malformed) { try reader.take(Array(text.utf8)) }
    }

    @Test func `an answer that ends before it is whole was cut`() throws {
        let bytes = Array(Self.chunked.utf8)
        for count in [0, 30, 90, bytes.count - 1] {
            var reader = WebAnswerReader()
            _ = try reader.take(Array(bytes[..<count]))
            #expect(throws: WebAnswerReader.Failure.cut) { try reader.end() }
        }
    }

    @Test(arguments: [
        ("https://eu1.cloud.thethings.network", "eu1.cloud.thethings.network", 443, true, ""),
        ("http://[::1]:8086/", "::1", 8_086, false, ""), ("HTTP://host/a/b", "host", 80, false, "/a/b"),
    ])
    func `an address is taken apart`(
        _ text: String, _ host: String, _ port: UInt16, _ isSecure: Bool, _ path: String
    ) throws {
        let address = try #require(WebAddress(text))
        #expect(address.host == host && address.port == port && address.usesTLS == isSecure && address.path == path)
    }

    @Test(arguments: [
        "", "host", "ftp://host", "http://", "http://user:pass@host", "http://host:0", "http://host:99999",
        "http://a b",
        "http://host/\r\nX: y", "http://host?x=y", "http://[::1", "https:host",
    ])
    func `what is no address is refused`(_ text: String) { #expect(WebAddress(text) == nil) }

    @Test func `the handshake of WebSocket is that of RFC 6455`() {
        #expect(WebSocketClient.acceptance(of: "dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    }

    @Test(arguments: [0, 5, 125, 126, 65_535, 65_536])
    func `a frame comes whole from pieces, and a masked one is as the RFC says`(_ count: Int) throws {
        let payload = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let masked = WebSocketFrame(kind: .text, payload: payload).bytes(mask: [1, 2, 3, 4])
        let head = masked.count - count - 4
        #expect(masked[0] == 0x81 && masked[1] & 0x80 != 0)
        #expect(Array(masked[(head + 4)...]) == payload.enumerated().map { $1 ^ [1, 2, 3, 4][$0 % 4] })
        // The same as a server sends it.
        var plain = Array(masked[..<head]) + payload + [0x89, 0]
        plain[1] &= 0x7F
        var input: [UInt8] = []
        var frames: [WebSocketFrame] = []
        for byte in plain {
            input.append(byte)
            while let frame = try WebSocketFrame.take(from: &input, longest: 100_000) { frames.append(frame) }
        }
        #expect(frames.map(\.kind) == [.text, .ping] && frames.first?.payload == payload)
    }

    @Test func `frames that a server may not send are refused`() {
        for bytes: [UInt8] in [[0x81, 0x81, 1, 2, 3, 4, 5], [0xF1, 0], [0x83, 0]] {
            var input = bytes
            #expect(throws: WebSocketFrame.Failure.malformed) { try WebSocketFrame.take(from: &input, longest: 100) }
        }
        var long: [UInt8] = [0x82, 127, 0xFF, 0, 0, 0, 0, 0, 0, 0]
        #expect(throws: WebSocketFrame.Failure.tooLong) { try WebSocketFrame.take(from: &long, longest: 100) }
    }
}
