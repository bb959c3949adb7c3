/// The first lines of a request: `GET /metrics HTTP/1.1`, header lines, and an empty one (RFC 9112).
enum RequestHead: Hashable {
    case incomplete
    case get(path: String, isHead: Bool, headers: RequestHeaders)
    /// With the status of the answer.
    case refused(Int)

    /// No request for a page has a longer one.
    static let longest = 4_096

    init(_ bytes: [UInt8]) {
        guard let end = Self.end(of: bytes) else {
            self = bytes.count < Self.longest ? .incomplete : .refused(431)
            return
        }
        let line = bytes[..<end].prefix { $0 != 10 && $0 != 13 }
        let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard words.count == 3, words[2].starts(with: "HTTP/1.".utf8), words[1].first == UInt8(ascii: "/") else {
            self = .refused(400)
            return
        }
        let method = String(decoding: words[0], as: UTF8.self)
        guard method == "GET" || method == "HEAD" else {
            self = .refused(405)
            return
        }
        let path = words[1].prefix { $0 != UInt8(ascii: "?") }
        self = .get(
            path: String(decoding: path, as: UTF8.self), isHead: method == "HEAD",
            headers: RequestHeaders(bytes[..<end]))
    }

    /// Behind the empty line; a bare line feed ends a line too.
    private static func end(of bytes: [UInt8]) -> Int? {
        var lineBegin = 0
        for (index, byte) in bytes.enumerated() where byte == 10 {
            let line = bytes[lineBegin..<index]
            if lineBegin > 0, line.allSatisfy({ $0 == 13 }) { return index + 1 }
            lineBegin = index + 1
        }
        return nil
    }
}
