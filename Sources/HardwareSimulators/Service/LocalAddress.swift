import Glibc

/// The address of a socket of this machine: a path, or with `@` in front a name in the abstract namespace.
struct LocalAddress {
    private var address = sockaddr_un()
    private let length: socklen_t

    struct Failure: Error { let errno: Int32 }

    init(_ name: String) throws {
        var bytes = Array(name.utf8)
        let isAbstract = name.hasPrefix("@")
        guard !bytes.isEmpty, bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw Failure(errno: ENAMETOOLONG)
        }
        if isAbstract { bytes[0] = 0 }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count + (isAbstract ? 0 : 1))
    }

    /// Makes a socket that never blocks, and lets `use` (bind or connect) have it with this address.
    func open(_ type: __socket_type, _ use: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32) throws -> Int32 {
        let number = socket(AF_UNIX, Int32(type.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        let result = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { use(number, $0, length) }
        }
        guard number >= 0, result == 0 else {
            let reason = errno
            close(number)
            throw Failure(errno: reason)
        }
        return number
    }
}
