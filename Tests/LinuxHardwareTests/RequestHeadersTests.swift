import Testing

@testable import LinuxHardware

@Suite struct RequestHeadersTests {
    private func headers(_ text: String) -> RequestHeaders? {
        guard case .get(_, _, let headers) = RequestHead(Array(text.utf8)) else { return nil }
        return headers
    }

    @Test func `host and authorization are read, in any letters and with any blanks`() {
        let found = headers("GET / HTTP/1.1\r\nHOST:  bridge.local:80 \r\nX: y\r\nauthorization: Basic abc==\r\n\r\n")
        #expect(found?.host == "bridge.local:80" && found?.authorization == "Basic abc==")
        #expect(headers("GET / HTTP/1.1\nhost:a\n\n")?.host == "a")
    }

    @Test func `what stands there twice is nothing, and what is missing is nil`() {
        #expect(headers("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")?.host == "")
        #expect(headers("GET / HTTP/1.0\r\n\r\n")?.host == nil)
        #expect(headers("GET / HTTP/1.1\r\nno header\r\n: x\r\n\r\n")?.host == nil)
    }
}
