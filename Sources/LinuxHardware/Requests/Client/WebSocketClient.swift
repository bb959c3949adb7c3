internal import COpenSSL
import FoundationEssentials
package import HardwareInterfaces
package import Timekeeping

/// A connection by WebSocket (RFC 6455) that carries texts, on a thread that waits.
package final class WebSocketClient {
    private let stream: ClientStream
    private let name: String
    private var rest: [UInt8] = []

    /// No message is longer.
    private static let longest = 16_777_216

    /// Connects, and leaves HTTP.
    package init(
        _ address: WebAddress, authorities: String? = nil, patience: TimeSpan = .seconds(30),
        isStopped: @escaping () -> Bool = { false }
    ) throws(HardwareError) {
        name = address.name
        stream = try ClientStream(address, authorities: authorities, patience: patience, isStopped: isStopped)
        let key = Data((0..<16).map { _ in UInt8.random(in: .min ... .max) }).base64EncodedString()
        let lines = [
            "GET \(address.path.isEmpty ? "/" : address.path) HTTP/1.1", "Host: \(address.authority)",
            "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: \(key)",
        ]
        try stream.write(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8))
        try readHandshake(key: key)
    }

    private func readHandshake(key: String) throws(HardwareError) {
        var reader = WebAnswerReader()
        while !reader.isBodyBegun {
            guard let bytes = try stream.read() else { throw refusal("the server has closed the connection") }
            do {
                _ = try reader.take(bytes)
            } catch {
                throw refusal("the answer is no HTTP")
            }
        }
        guard let acceptance = Self.acceptance(of: key) else { throw refusal("OpenSSL has no SHA-1 here") }
        guard reader.status == 101, reader.headers["sec-websocket-accept"] == acceptance else {
            throw refusal("there is no WebSocket here (HTTP \(reader.status))")
        }
        rest = reader.takeRest()
    }

    /// RFC 6455, 4.2.2.
    /// - Returns: nil where OpenSSL is set up without SHA-1.
    static func acceptance(of key: String) -> String? {
        let text = Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)
        var digest = [UInt8](repeating: 0, count: 20)
        guard EVP_Digest(text, text.count, &digest, nil, EVP_sha1(), nil) == 1 else { return nil }
        return Data(digest).base64EncodedString()
    }

    package func send(_ text: String) throws(HardwareError) {
        try send(WebSocketFrame(kind: .text, payload: Array(text.utf8)))
    }

    private func send(_ frame: WebSocketFrame) throws(HardwareError) {
        try stream.write(frame.bytes(mask: (0..<4).map { _ in UInt8.random(in: .min ... .max) }))
    }

    /// The next text.
    /// - Throws: also when the server has closed.
    package func receive() throws(HardwareError) -> String {
        var message: [UInt8] = []
        while true {
            let frame = try nextFrame()
            switch frame.kind {
            case .text, .binary, .more:
                message += frame.payload
                guard message.count <= Self.longest else { throw refusal("a message is longer than any may be") }
                if frame.isLast { return String(decoding: message, as: UTF8.self) }
            case .ping: try send(WebSocketFrame(kind: .pong, payload: frame.payload))
            case .pong: break
            case .close: throw refusal("the server has closed the connection")
            }
        }
    }

    private func nextFrame() throws(HardwareError) -> WebSocketFrame {
        while true {
            do {
                if let frame = try WebSocketFrame.take(from: &rest, longest: Self.longest) { return frame }
            } catch {
                throw refusal("the server sent what is no WebSocket")
            }
            guard let bytes = try stream.read() else { throw refusal("the server has closed the connection") }
            rest += bytes
        }
    }

    private func refusal(_ text: String) -> HardwareError {
        HardwareError(.disconnected, device: name, message: text)
    }
}
