import Glibc
package import HardwareInterfaces
package import Timekeeping

/// Asks a service on this machine for a page, and waits for it.
package enum LocalRequest {
    /// No page is longer.
    private static let longest = 4_194_304

    /// - Returns: the body of the answer.
    /// - Throws: also when the answer says that something is wrong.
    package static func get(_ page: String, socket path: String, patience: TimeSpan) throws(HardwareError) -> [UInt8] {
        guard let address = UnixAddress(path) else {
            throw HardwareError(.notFound, device: path, message: "is too long for the path of a socket")
        }
        let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw .failing("opening a socket", path, errno: errno) }
        let descriptor = FileDescriptor(owning: number)
        var limit = timeval(tv_sec: Int(max(1, patience.seconds)), tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(number, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        guard address.with({ connect(number, $0, $1) }) == 0 else {
            switch errno {
            case ENOENT, ECONNREFUSED:
                throw HardwareError(.notFound, device: path, message: "nobody answers: the service does not run")
            case EACCES, EPERM:
                throw HardwareError(
                    .notPermitted, device: path, message: "this user may not ask: use sudo, or join the service's group"
                )
            default: throw .failing("connecting", path, errno: errno)
            }
        }
        let request = Array("GET \(page) HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)
        // A service that has just ended must not end us too.
        guard send(number, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
            throw .failing("asking", path, errno: errno)
        }
        var answer: [UInt8] = []
        reading: while answer.count < longest {
            switch try descriptor.read(into: &answer, limit: 65_536, device: path) {
            case .bytes: continue
            case .ended: break reading
            case .nothingYet, .opening:
                throw HardwareError(
                    .failed(errno: ETIMEDOUT), device: path, message: "the service does not answer: is it stuck?")
            }
        }
        return try body(of: answer, path)
    }

    private static func body(of answer: [UInt8], _ path: String) throws(HardwareError) -> [UInt8] {
        var end: Int?
        for index in answer.indices.dropLast(3) where answer[index...].starts(with: [13, 10, 13, 10]) {
            end = index + 4
            break
        }
        guard let end, answer.starts(with: "HTTP/1.".utf8) else {
            throw HardwareError(.disconnected, device: path, message: "the answer is not that of p1lora")
        }
        let status = String(decoding: answer.dropFirst(9).prefix(3), as: UTF8.self)
        guard status == "200" else {
            let words = String(decoding: answer[end...].prefix(300), as: UTF8.self).split(separator: "\n").first ?? ""
            // 403 is said by a service that knows who asks.
            throw HardwareError(
                status == "403" ? .notPermitted : .disconnected, device: path,
                message: status == "403" || status == "409" ? "\(words)" : "the service answers with status \(status)")
        }
        return Array(answer[end...])
    }
}
