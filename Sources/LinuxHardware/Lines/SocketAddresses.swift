import Glibc
import HardwareInterfaces

/// What a host name resolves to.
struct SocketAddresses: ~Copyable {
    private let first: UnsafeMutablePointer<addrinfo>

    init(host: String, port: UInt16, type: __socket_type, device: String) throws(HardwareError) {
        var hints = addrinfo()
        hints.ai_socktype = Int32(type.rawValue)
        hints.ai_flags = AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let result = getaddrinfo(host, "\(port)", &hints, &list)
        guard result == 0, let list else {
            throw HardwareError(
                .notFound, device: device,
                message: "the host name can't be resolved (\(String(cString: gai_strerror(result))))")
        }
        first = list
    }

    deinit { freeaddrinfo(first) }

    /// Connects to the first address that answers.
    /// - Parameter patience: milliseconds for each address.
    func connect(device: String, patience: Int32) throws(HardwareError) -> FileDescriptor {
        var error = ECONNREFUSED
        let connected = firstSocket(error: &error) { number, address in
            if Glibc.connect(number, address.ai_addr, address.ai_addrlen) == 0 { return 0 }
            guard errno == EINPROGRESS else { return errno }
            var waiting = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
            guard poll(&waiting, 1, patience) > 0 else { return ETIMEDOUT }
            var (result, length) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
            getsockopt(number, SOL_SOCKET, SO_ERROR, &result, &length)
            return result
        }
        if let connected { return connected }
        throw HardwareError(
            .failed(errno: error), device: device,
            message: "can't connect: \(String(cString: strerror(error))). Is the other end running and the port right?")
    }

    /// Listens on the first address that can be bound.
    func listen(device: String, backlog: Int32) throws(HardwareError) -> FileDescriptor {
        var error = EADDRNOTAVAIL
        let bound = firstSocket(error: &error) { number, address in
            // A service that starts anew must not wait until the kernel has forgotten the connections of the one before.
            var yes: Int32 = 1
            setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
            let isListening =
                bind(number, address.ai_addr, address.ai_addrlen) == 0 && Glibc.listen(number, backlog) == 0
            return isListening ? 0 : errno
        }
        if let bound { return bound }
        throw .binding(device, errno: error)
    }

    /// A socket for the first address for which `use` returns zero instead of an error of errno.h, of which the last is
    /// kept.
    private func firstSocket(error: inout Int32, for use: (Int32, addrinfo) -> Int32) -> FileDescriptor? {
        var next: UnsafeMutablePointer<addrinfo>? = first
        while let address = next?.pointee {
            next = address.ai_next
            let number = socket(
                address.ai_family, address.ai_socktype | Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue),
                address.ai_protocol)
            guard number >= 0 else {
                error = errno
                continue
            }
            let descriptor = FileDescriptor(owning: number)
            error = use(number, address)
            if error == 0 { return descriptor }
        }
        return nil
    }
}

extension SocketAddresses {
    /// The address of the other end; a question mark where it has none.
    static func peer(of descriptor: Int32) -> String {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let isKnown = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                getpeername(descriptor, address, &length) == 0
                    && getnameinfo(address, length, &name, socklen_t(name.count), nil, 0, NI_NUMERICHOST) == 0
            }
        }
        return isKnown ? String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) : "?"
    }
}
