/// Takes the answer of a server apart, piece by piece (RFC 9112): head, and a body of a length, in chunks, or to the end.
struct WebAnswerReader {
    enum Failure: Error, Hashable {
        /// It is no answer of HTTP/1.
        case malformed
        /// It ended before it was whole.
        case cut
    }

    private enum Place: Hashable {
        case head
        case body(left: Int)
        case chunkHead
        case chunk(left: Int)
        case chunkEnd
        case trailer
        case untilEnd
        case over
    }

    private(set) var status = 0
    /// By their names in lower case.
    private(set) var headers: [String: String] = [:]
    private var place = Place.head
    private var rest: [UInt8] = []

    private static let longestHead = 65_536

    var isOver: Bool { place == .over }
    var isBodyBegun: Bool { place != .head }

    /// - Returns: what of the body is there now.
    mutating func take(_ bytes: [UInt8]) throws(Failure) -> [UInt8] {
        rest += bytes
        var body: [UInt8] = []
        while try step(&body) {}
        return body
    }

    /// The peer has closed.
    mutating func end() throws(Failure) {
        if place == .untilEnd { place = .over }
        if place != .over { throw .cut }
    }

    /// - Returns: whether there may be more to do.
    private mutating func step(_ body: inout [UInt8]) throws(Failure) -> Bool {
        switch place {
        case .head:
            guard let lines = try takeHead() else { return false }
            try readHead(lines)
        case .body(let left):
            let count = take(left, &body)
            place = left == count ? .over : .body(left: left - count)
            return place == .over ? false : !rest.isEmpty
        case .chunk(let left):
            let count = take(left, &body)
            place = left == count ? .chunkEnd : .chunk(left: left - count)
            return !rest.isEmpty
        case .chunkHead:
            guard let line = try takeLine() else { return false }
            guard let count = Int(line.prefix { $0 != ";" && $0 != " " }, radix: 16), count >= 0 else {
                throw .malformed
            }
            place = count == 0 ? .trailer : .chunk(left: count)
        case .chunkEnd:
            guard let line = try takeLine() else { return false }
            guard line.isEmpty else { throw .malformed }
            place = .chunkHead
        case .trailer:
            guard let line = try takeLine() else { return false }
            if line.isEmpty { place = .over }
        case .untilEnd:
            body += rest
            rest = []
            return false
        case .over: return false
        }
        return true
    }

    private mutating func take(_ most: Int, _ body: inout [UInt8]) -> Int {
        let count = min(most, rest.count)
        body += rest.prefix(count)
        rest.removeFirst(count)
        return count
    }

    private mutating func takeLine() throws(Failure) -> String? {
        guard let end = rest.firstIndex(of: 10) else {
            if rest.count > Self.longestHead { throw .malformed }
            return nil
        }
        defer { rest.removeFirst(end + 1) }
        return String(decoding: rest[..<end].filter { $0 != 13 }, as: UTF8.self)
    }

    private mutating func takeHead() throws(Failure) -> [String]? {
        var start = 0
        for (index, byte) in rest.enumerated() where byte == 10 {
            let isEmpty = rest[start..<index].allSatisfy { $0 == 13 }
            if isEmpty, start > 0 {
                defer { rest.removeFirst(index + 1) }
                let text = String(decoding: rest[..<start].filter { $0 != 13 }, as: UTF8.self)
                return text.split(separator: "\n").map(String.init)
            }
            start = index + 1
        }
        if rest.count > Self.longestHead { throw .malformed }
        return nil
    }

    private mutating func readHead(_ lines: [String]) throws(Failure) {
        let words = (lines.first ?? "").split(separator: " ", maxSplits: 2)
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let code = Int(words[1]), (100...599).contains(code)
        else { throw .malformed }
        // What comes before the answer proper.
        if (100...199).contains(code), code != 101 { return }
        status = code
        headers = Dictionary(
            lines.dropFirst().compactMap { line in
                line.firstIndex(of: ":").map {
                    (line[..<$0].lowercased(), line[line.index(after: $0)...].drop { $0 == " " || $0 == "\t" })
                }
            }.map { ($0, String($1)) }
        ) { $1 }
        try beginBody()
    }

    private mutating func beginBody() throws(Failure) {
        if status == 101 || status == 204 || status == 304 {
            place = .over
        } else if let coding = headers["transfer-encoding"] {
            guard coding.lowercased() == "chunked" else { throw .malformed }
            place = .chunkHead
        } else if let text = headers["content-length"] {
            guard let count = Int(text), count >= 0 else { throw .malformed }
            place = count == 0 ? .over : .body(left: count)
        } else {
            place = .untilEnd
        }
    }

    /// What came behind the head of an answer that leaves HTTP (101).
    mutating func takeRest() -> [UInt8] {
        defer { rest = [] }
        return rest
    }
}
