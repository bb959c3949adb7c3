package import HardwareInterfaces
package import Timekeeping

/// Asks a server over HTTP, with a connection for each request, on a thread that waits.
package struct WebClient {
    package struct Answer: Sendable {
        package var status: Int
        /// By their names in lower case.
        package var headers: [String: String]
        /// The beginning of the body of an answer that is no 2xx: a sentence, mostly.
        package var refusal: String
    }

    private let address: WebAddress
    private let authorities: String?
    private let patience: TimeSpan
    private let isStopped: () -> Bool

    /// - Parameters:
    ///   - authorities: a file in PEM; nil for those that the system believes.
    ///   - patience: that the server has for each piece.
    package init(
        _ address: WebAddress, authorities: String? = nil, patience: TimeSpan = .seconds(30),
        isStopped: @escaping () -> Bool = { false }
    ) {
        self.address = address
        self.authorities = authorities
        self.patience = patience
        self.isStopped = isStopped
    }

    /// Bytes of a refusal that are kept.
    private static let longestRefusal = 2_048

    /// - Parameters:
    ///   - target: behind the address's path, with its query.
    ///   - onBody: is given the body of an answer with 2xx, piece by piece.
    /// - Throws: when there is no whole answer.
    package func ask(
        _ method: String, _ target: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        onBody: ([UInt8]) throws(HardwareError) -> Void = { _ throws(HardwareError) in }
    ) throws(HardwareError) -> Answer {
        let stream = try ClientStream(address, authorities: authorities, patience: patience, isStopped: isStopped)
        try stream.write(head(method, target, headers, body) + body)
        var reader = WebAnswerReader()
        var refusal: [UInt8] = []
        while !reader.isOver {
            let piece = try stream.read()
            do {
                let part = try piece.map { bytes throws(WebAnswerReader.Failure) in try reader.take(bytes) } ?? []
                if piece == nil { try reader.end() }
                if (200...299).contains(reader.status) {
                    if !part.isEmpty { try onBody(part) }
                } else {
                    refusal += part.prefix(Self.longestRefusal - refusal.count)
                }
            } catch let failure as WebAnswerReader.Failure {
                throw HardwareError(
                    .disconnected, device: address.name,
                    message: failure == .cut ? "the answer was cut off" : "the answer is no HTTP")
            } catch let error as HardwareError {
                throw error
            } catch {
                throw HardwareError(.failed(errno: 0), device: address.name, message: "\(error)")
            }
        }
        return Answer(
            status: reader.status, headers: reader.headers, refusal: String(decoding: refusal, as: UTF8.self))
    }

    private func head(
        _ method: String, _ target: String, _ headers: [(name: String, value: String)], _ body: [UInt8]
    ) -> [UInt8] {
        var lines = ["\(method) \(address.path)\(target) HTTP/1.1", "Host: \(address.authority)", "Connection: close"]
        if method != "GET" { lines.append("Content-Length: \(body.count)") }
        lines += headers.map { "\($0.name): \($0.value)" }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }
}
