import Foundation
import Synchronization

@testable import LinuxHardware

/// A server on a port of this machine that hears requests of HTTP and answers with whatever bytes a test wants, or talks
/// WebSocket. A thread for each connection, since some stay open.
final class LoopbackPeer: Sendable {
    /// What a connection is answered with.
    enum Answer {
        /// The bytes, as they are; then the connection ends.
        case bytes(String)
        /// WebSocket: told of each text, says what is sent back. The first is "", for the greeting.
        case socket(@Sendable (String) -> [String])
        /// The connection ends without a word.
        case silence
    }

    struct Request: Hashable {
        var line: String
        var headers: [String: String]
        var body: String
    }

    let port: UInt16
    private let descriptor: Int32
    private let isOver = Atomic(false)
    private let heard = Mutex<[Request]>([])

    var requests: [Request] { heard.withLock { $0 } }

    init(_ answer: @escaping @Sendable (Request) -> Answer) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let (number, size) = (descriptor, length)
        _ = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(number, $0, size) == 0 && listen(number, 16) == 0 && getsockname(number, $0, &length) == 0
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        Thread { [self] in serve(answer) }.start()
    }

    /// Nobody listens behind this.
    func stop() {
        guard !isOver.exchange(true, ordering: .relaxed) else { return }
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
    }

    private func serve(_ answer: @escaping @Sendable (Request) -> Answer) {
        while !isOver.load(ordering: .relaxed) {
            let client = accept(descriptor, nil, nil)
            guard client >= 0 else { return }
            Thread { [self] in serve(client, answer) }.start()
        }
    }

    private func serve(_ client: Int32, _ answer: @Sendable (Request) -> Answer) {
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var input: [UInt8] = []
        if let request = Self.request(client, &input) {
            heard.withLock { $0.append(request) }
            switch answer(request) {
            case .bytes(let text): Self.send(Array(text.utf8), client)
            case .socket(let talk): Self.talk(client, request, talk)
            case .silence: break
            }
        }
        close(client)
    }

    private static func send(_ bytes: [UInt8], _ client: Int32) {
        _ = Glibc.send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    private static func fill(_ input: inout [UInt8], _ client: Int32) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(client, &buffer, buffer.count, 0)
        if count > 0 { input += buffer.prefix(count) }
        return count > 0
    }

    private static func request(_ client: Int32, _ input: inout [UInt8]) -> Request? {
        while true {
            let text = String(decoding: input, as: UTF8.self)
            if let end = text.range(of: "\r\n\r\n") {
                let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
                let headers = Dictionary(
                    lines.dropFirst().compactMap { line -> (String, String)? in
                        let pair = line.components(separatedBy: ": ")
                        return pair.count > 1 ? (pair[0].lowercased(), pair.dropFirst().joined(separator: ": ")) : nil
                    }
                ) { $1 }
                let body = text[end.upperBound...]
                if body.utf8.count >= Int(headers["content-length"] ?? "0") ?? 0 {
                    return Request(line: lines[0], headers: headers, body: String(body))
                }
            }
            guard fill(&input, client) else { return nil }
        }
    }

    private static func talk(_ client: Int32, _ request: Request, _ say: (String) -> [String]) {
        let key = request.headers["sec-websocket-key"] ?? ""
        send(
            Array(
                """
                HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r
                Sec-WebSocket-Accept: \(WebSocketClient.acceptance(of: key) ?? "")\r\n\r\n
                """.utf8), client)
        for text in say("") { send(frame(text), client) }
        var input: [UInt8] = []
        while true {
            while let text = message(&input) { for answer in say(text) { send(frame(answer), client) } }
            guard fill(&input, client) else { return }
        }
    }

    /// Unmasked; a word "(end)" closes.
    private static func frame(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        if text == "(end)" { return [0x88, 0] }
        return [0x81]
            + (bytes.count < 126 ? [UInt8(bytes.count)] : [126, UInt8(bytes.count >> 8), UInt8(bytes.count & 255)])
            + bytes
    }

    /// A masked text (RFC 6455, 5.3).
    private static func message(_ input: inout [UInt8]) -> String? {
        guard input.count >= 2 else { return nil }
        let extra = input[1] & 127 == 126 ? 2 : input[1] & 127 == 127 ? 8 : 0
        guard input.count >= 2 + extra + 4 else { return nil }
        let count = extra == 0 ? Int(input[1] & 127) : input[2..<2 + extra].reduce(0) { $0 << 8 | Int($1) }
        let (mask, begin) = (Array(input[(2 + extra)..<(6 + extra)]), 6 + extra)
        guard input.count >= begin + count else { return nil }
        let bytes = input[begin..<begin + count].enumerated().map { $1 ^ mask[$0 % 4] }
        let isClose = input[0] & 15 == 8
        input.removeFirst(begin + count)
        return isClose ? "(end)" : String(decoding: bytes, as: UTF8.self)
    }
}

extension LoopbackPeer.Answer {
    static func http(_ status: Int, _ body: String = "", headers: String = "") -> Self {
        .bytes("HTTP/1.1 \(status) X\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)")
    }

    /// In pieces of a few bytes.
    static func chunked(_ body: String) -> Self {
        let bytes = Array(body.utf8)
        let pieces = stride(from: 0, to: bytes.count, by: 37).map { start in
            let piece = bytes[start..<min(start + 37, bytes.count)]
            return String(piece.count, radix: 16) + "\r\n" + String(decoding: piece, as: UTF8.self) + "\r\n"
        }
        return .bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(pieces.joined())0\r\n\r\n")
    }
}
