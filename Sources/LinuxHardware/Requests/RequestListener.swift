import CLinux
import Glibc
package import HardwareInterfaces

/// A socket at which clients ask.
package final class RequestListener {
    let descriptor: FileDescriptor
    /// What the socket is called in messages.
    package let name: String
    /// Who asks there is asked who he is.
    package let isForBrowsers: Bool
    /// Of a socket in the file system, to take it away at the end.
    private var file: (path: String, device: UInt, inode: UInt)?

    private init(_ descriptor: consuming FileDescriptor, name: String, isForBrowsers: Bool = false) {
        self.isForBrowsers = isForBrowsers
        self.descriptor = descriptor
        self.name = name
    }

    /// Only its own: another service may have put one in its place since.
    deinit {
        guard let file else { return }
        var status = stat()
        if lstat(file.path, &status) == 0, status.st_dev == file.device, status.st_ino == file.inode {
            unlink(file.path)
        }
    }

    /// Clients that wait to be taken; more are refused by the kernel.
    private static let backlog: Int32 = 16

    /// A socket in the file system. One that a service left behind when it ended without notice is replaced, one that
    /// answers is not.
    /// - Parameter mode: who may ask: those who may write to the file.
    package static func local(path: String, mode: UInt32) throws(HardwareError) -> RequestListener {
        guard let address = UnixAddress(path), !path.hasPrefix("@") else {
            throw HardwareError(
                .notFound, device: path,
                message: "the path of a socket must have 1 to \(UnixAddress.longest) bytes: choose a shorter one")
        }
        try removeStale(path, address)
        let descriptor = try open(AF_UNIX, path)
        guard address.with({ bind(descriptor.number, $0, $1) }) == 0 else { throw .binding(path, errno: errno) }
        // Before anybody is listened to, so that there is no moment at which others may ask.
        guard chmod(path, mode) == 0 else { throw .failing("setting the mode", path, errno: errno) }
        var status = stat()
        guard lstat(path, &status) == 0, listen(descriptor.number, backlog) == 0 else {
            throw .failing("listening", path, errno: errno)
        }
        let listener = RequestListener(descriptor, name: path)
        listener.file = (path, status.st_dev, status.st_ino)
        return listener
    }

    /// A TCP port, on the address of this machine that `peer` names.
    package static func tcp(
        _ peer: NetworkPeer, isForBrowsers: Bool = false
    ) throws(HardwareError) -> RequestListener {
        let name = "\(peer.host):\(peer.port)"
        let addresses = try SocketAddresses(host: peer.host, port: peer.port, type: SOCK_STREAM, device: name)
        return RequestListener(
            try addresses.listen(device: name, backlog: backlog), name: name, isForBrowsers: isForBrowsers)
    }

    /// The next client; nil when none waits.
    func accept() throws(HardwareError) -> Int32? {
        let number = p1lora_accept(descriptor.number)
        if number >= 0 { return number }
        switch errno {
        case EAGAIN, EINTR, ECONNABORTED: return nil
        default: throw .failing("accepting", name, errno: errno)
        }
    }

    private static func open(_ family: Int32, _ name: String) throws(HardwareError) -> FileDescriptor {
        let number = socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard number >= 0 else { throw .failing("opening a socket", name, errno: errno) }
        return FileDescriptor(owning: number)
    }

    private static func removeStale(_ path: String, _ address: UnixAddress) throws(HardwareError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw HardwareError(
                .busy, device: path, message: "there is a file, and it is no socket: choose another path")
        }
        let probe = try open(AF_UNIX, path)
        let answers = address.with { connect(probe.number, $0, $1) } == 0
        guard !answers, errno == ECONNREFUSED else { throw .binding(path, errno: EADDRINUSE) }
        unlink(path)
    }
}
