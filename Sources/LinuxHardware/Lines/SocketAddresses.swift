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
        var last = ECONNREFUSED
        var next: UnsafeMutablePointer<addrinfo>? = first
        while let address = next?.pointee {
            next = address.ai_next
            let number = socket(
                address.ai_family, address.ai_socktype | Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue),
                address.ai_protocol)
            guard number >= 0 else {
                last = errno
                continue
            }
            let descriptor = FileDescriptor(owning: number)
            if Glibc.connect(number, address.ai_addr, address.ai_addrlen) == 0 { return descriptor }
            last = errno
            guard last == EINPROGRESS else { continue }
            var waiting = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
            guard poll(&waiting, 1, patience) > 0 else {
                last = ETIMEDOUT
                continue
            }
            var length = socklen_t(MemoryLayout<Int32>.size)
            getsockopt(number, SOL_SOCKET, SO_ERROR, &last, &length)
            if last == 0 { return descriptor }
        }
        throw HardwareError(
            .failed(errno: last), device: device,
            message: "can't connect: \(String(cString: strerror(last))). Is the other end running and the port right?")
    }

    /// Listens on the first address that can be bound.
    func listen(device: String, backlog: Int32) throws(HardwareError) -> FileDescriptor {
        var last = EADDRNOTAVAIL
        var next: UnsafeMutablePointer<addrinfo>? = first
        while let address = next?.pointee {
            next = address.ai_next
            let number = socket(
                address.ai_family, address.ai_socktype | Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue),
                address.ai_protocol)
            guard number >= 0 else {
                last = errno
                continue
            }
            let descriptor = FileDescriptor(owning: number)
            // A service that starts anew must not wait until the kernel has forgotten the connections of the one before.
            var yes: Int32 = 1
            setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
            if bind(number, address.ai_addr, address.ai_addrlen) == 0, Glibc.listen(number, backlog) == 0 {
                return descriptor
            }
            last = errno
        }
        throw RequestListener.binding(device, errno: last)
    }
}
