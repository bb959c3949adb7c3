/// The first lines of a request (RFC 9112): method, target and headers.
package struct WebRequestHead: Hashable, Sendable {
    package var method: String
    /// Percent signs are resolved.
    package var path: String
    package var query: [String: String]
    /// By their names in lower case. Of a name that stands there twice the value is empty: which of them counts is what an
    /// attacker would choose.
    package var headers: [String: String]

    /// No head is longer.
    static let longest = 8_192

    enum Outcome: Hashable {
        case incomplete
        /// With the bytes up to the body.
        case whole(WebRequestHead, length: Int)
        /// With the status of the answer.
        case refused(Int)
    }

    static func read(_ bytes: [UInt8]) -> Outcome {
        guard let end = end(of: bytes) else { return bytes.count < longest ? .incomplete : .refused(431) }
        guard end <= longest else { return .refused(431) }
        let lines = bytes[..<end].split(separator: 10, omittingEmptySubsequences: false).map { $0.filter { $0 != 13 } }
        let words = (lines.first ?? []).split(separator: 0x20, omittingEmptySubsequences: false)
        guard words.count == 3, words[2].starts(with: "HTTP/1.".utf8), words[1].first == UInt8(ascii: "/") else {
            return .refused(400)
        }
        let target = words[1].split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let path = plain(target[0]), let query = parameters(target.count > 1 ? target[1] : []) else {
            return .refused(400)
        }
        let head = WebRequestHead(
            method: String(decoding: words[0], as: UTF8.self), path: path, query: query,
            headers: headers(lines.dropFirst()))
        return .whole(head, length: end)
    }

    /// Of the body; nil where it is not told in a way that is understood.
    var contentLength: Int? {
        if headers["transfer-encoding"] != nil { return nil }
        guard let text = headers["content-length"] else { return method == "POST" ? nil : 0 }
        guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text)
    }

    /// Behind the empty line.
    private static func end(of bytes: [UInt8]) -> Int? {
        var start = 0
        for (index, byte) in bytes.enumerated() where byte == 10 {
            if start > 0, bytes[start..<index].allSatisfy({ $0 == 13 }) { return index + 1 }
            start = index + 1
        }
        return nil
    }

    private static func headers(_ lines: some Sequence<[UInt8]>) -> [String: String] {
        var headers: [String: String] = [:]
        for line in lines {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
            func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
            let value = line[(colon + 1)...].drop(while: isBlank).reversed().drop(while: isBlank).reversed()
            headers[name] = headers[name] == nil ? String(decoding: Array(value), as: UTF8.self) : ""
        }
        return headers
    }

    private static func parameters(_ query: some Collection<UInt8>) -> [String: String]? {
        var parameters: [String: String] = [:]
        for part in query.split(separator: UInt8(ascii: "&")) {
            let pair = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = plain(pair[0]), let value = plain(pair.count > 1 ? Array(pair[1]) : []) else { return nil }
            parameters[name] = value
        }
        return parameters
    }

    /// - Returns: nil for a percent sign without two digits, and for what is no UTF-8.
    private static func plain(_ bytes: some Sequence<UInt8>) -> String? {
        var result: [UInt8] = []
        var rest = Array(bytes)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                result.append(byte == UInt8(ascii: "+") ? 0x20 : byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            else { return nil }
            result.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: result, as: UTF8.self)
    }
}
