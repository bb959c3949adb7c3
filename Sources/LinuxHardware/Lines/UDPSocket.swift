import Glibc
package import HardwareInterfaces

/// A UDP socket connected to one peer.
package final class UDPSocket: DatagramSocket {
    private let device: String
    private let descriptor: FileDescriptor
    /// The longest datagram there is; kept, because the loop asks more often than one comes.
    private var buffer = [UInt8](repeating: 0, count: 65_535)

    package init(host: String, port: UInt16) throws(HardwareError) {
        let device = "udp://\(host):\(port)"
        self.device = device
        descriptor = try SocketAddresses(host: host, port: port, type: SOCK_DGRAM, device: device)
            .connect(device: device, patience: 0)
    }

    package var pollDescriptor: Int32? { descriptor.number }

    package func send(_ datagram: [UInt8]) throws(HardwareError) {
        guard Glibc.send(descriptor.number, datagram, datagram.count, Int32(MSG_NOSIGNAL)) >= 0 else {
            // A refused datagram before this one: nobody listens yet. UDP promises nothing, and the server may come.
            guard errno == ECONNREFUSED || errno == EAGAIN else { throw .failing("sending", device, errno: errno) }
            return
        }
    }

    package func receive() throws(HardwareError) -> [UInt8]? {
        let received = recv(descriptor.number, &buffer, buffer.count, 0)
        let code = errno
        if received >= 0 { return Array(buffer.prefix(received)) }
        switch code {
        case EAGAIN, EINTR, ECONNREFUSED: return nil
        default: throw .failing("receiving", device, errno: code)
        }
    }
}
