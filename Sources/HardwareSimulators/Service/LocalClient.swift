import Glibc

/// A client of a local socket that says what it likes, and may hang.
package final class LocalClient {
    private let descriptor: Int32

    package init(path: String) throws { descriptor = try LocalAddress(path).open(SOCK_STREAM, connect) }

    deinit { close(descriptor) }

    package func say(_ text: String) {
        let bytes = Array(text.utf8)
        _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// What has come; nil when the server has hung up and nothing is left.
    package func heard() -> String? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count > 0 {
                bytes += buffer.prefix(count)
            } else {
                return count == 0 && bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
            }
        }
    }
}
