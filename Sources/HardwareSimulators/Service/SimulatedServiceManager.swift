import Glibc

/// The socket of a service manager, and what a service told it.
package final class SimulatedServiceManager {
    private let descriptor: Int32
    private let path: String?
    /// All messages since the start, or since they were forgotten, in their order.
    package private(set) var messages: [String] = []

    /// - Parameter name: a path, or with `@` in front a name in the abstract namespace.
    package init(_ name: String) throws {
        path = name.hasPrefix("@") ? nil : name
        descriptor = try LocalAddress(name).open(SOCK_DGRAM, bind)
    }

    deinit {
        close(descriptor)
        if let path { unlink(path) }
    }

    /// Whether a message that begins so has come.
    package func hears(_ start: String) -> Bool {
        listen()
        return messages.contains { $0.hasPrefix(start) }
    }

    package func count(of message: String) -> Int {
        listen()
        return messages.count { $0 == message }
    }

    package func forget() {
        listen()
        messages = []
    }

    /// Takes what has come.
    package func listen() {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count >= 0 else { return }
            messages.append(String(decoding: buffer.prefix(count), as: UTF8.self))
        }
    }
}
