import Testing

@testable import LinuxHardware

@Suite struct WebRequestHeadTests {
    private func head(_ text: String) -> WebRequestHead? {
        guard case .whole(let head, let length) = WebRequestHead.read(Array(text.utf8)) else { return nil }
        return length == text.utf8.count ? head : nil
    }

    @Test func `method, path, query and headers are read`() {
        let head = head(
            "POST /a%20b?event=up&x=%C3%A9+1 HTTP/1.1\r\nHost: me\r\nX-Secret:  open \t\r\nContent-Length: 12\r\n\r\n")
        #expect(head?.method == "POST" && head?.path == "/a b")
        #expect(head?.query == ["event": "up", "x": "é 1"])
        #expect(head?.headers["x-secret"] == "open" && head?.contentLength == 12)
    }

    @Test func `host and authorization are read, in any letters and with any blanks`() {
        let found = head("GET / HTTP/1.1\r\nHOST:  bridge.local:80 \r\nX: y\r\nauthorization: Basic abc==\r\n\r\n")?
            .headers
        #expect(found?["host"] == "bridge.local:80" && found?["authorization"] == "Basic abc==")
        #expect(head("GET / HTTP/1.1\nhost:a\n\n")?.headers["host"] == "a")
        #expect(head("GET / HTTP/1.1\r\nno header\r\n: x\r\n\r\n")?.headers["host"] == nil)
    }

    @Test func `a header that stands there twice is nothing`() {
        #expect(head("GET / HTTP/1.1\r\nX-Secret: a\r\nX-Secret: b\r\n\r\n")?.headers["x-secret"] == "")
        #expect(head("POST / HTTP/1.1\nContent-Length: 1\nContent-Length: 2\n\n")?.contentLength == nil)
    }

    @Test func `a body whose length is not told is refused`() {
        for line in ["Transfer-Encoding: chunked", "Content-Length: -1", "Content-Length: 1e3", "X: y"] {
            #expect(head("POST / HTTP/1.1\r\n\(line)\r\n\r\n")?.contentLength == nil, "\(line)")
        }
        #expect(head("GET / HTTP/1.1\r\n\r\n")?.contentLength == 0)
    }

    @Test func `what is no request is refused`() {
        for text in [
            "\r\n\r\n", "GET\r\n\r\n", "GET / FTP/1.1\r\n\r\n", "GET x HTTP/1.1\r\n\r\n", "GET /%zz HTTP/1.1\r\n\r\n",
            "GET /%ff HTTP/1.1\r\n\r\n", "GET / HTTP/1.1 x\r\n\r\n",
        ] {
            #expect(WebRequestHead.read(Array(text.utf8)) == .refused(400), "\(text)")
        }
        #expect(WebRequestHead.read([UInt8](repeating: 0x41, count: 8_192)) == .refused(431))
        #expect(WebRequestHead.read(Array("GET / HTTP/1.1\r\nHost".utf8)) == .incomplete)
    }
}
