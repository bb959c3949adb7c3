/// Of the header lines of a request those that tell who may see a page.
struct RequestHeaders: Hashable {
    private(set) var host: String?
    private(set) var authorization: String?

    /// - Parameter lines: the first line and the headers behind it. What stands there twice is nothing.
    init(_ lines: some Sequence<UInt8>) {
        for line in Array(lines).split(separator: 10).dropFirst() {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let value = String(decoding: line[(colon + 1)...].filter { $0 != 13 }, as: UTF8.self).trimmed
            switch String(decoding: line[..<colon], as: UTF8.self).lowercased() {
            case "host": host = host == nil ? value : ""
            case "authorization": authorization = authorization == nil ? value : ""
            default: break
            }
        }
    }
}

extension String {
    /// Without blanks around it.
    fileprivate var trimmed: String {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
        let body = utf8.drop(while: isBlank)
        let count = body.reversed().drop(while: isBlank).count
        return String(decoding: body.prefix(count), as: UTF8.self)
    }
}
