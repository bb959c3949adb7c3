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
        let key = Self.base64((0..<16).map { _ in UInt8.random(in: .min ... .max) })
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
        guard reader.status == 101, reader.headers["sec-websocket-accept"] == Self.acceptance(of: key) else {
            throw refusal("there is no WebSocket here (HTTP \(reader.status))")
        }
        rest = reader.takeRest()
    }

    /// RFC 6455, 4.2.2.
    static func acceptance(of key: String) -> String {
        base64(SHA1.digest(of: Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)))
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

    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static func base64(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for place in 0..<4 {
                text.append(place <= group.count ? letters[Int(bits >> UInt32(18 - 6 * place) & 63)] : 0x3D)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
