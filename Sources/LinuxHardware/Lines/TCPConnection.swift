import Glibc
public import HardwareInterfaces

/// A serial line behind a network adapter (ser2net and the like): the bytes of one TCP connection.
public final class TCPConnection: SerialLine {
    private let device: String
    private let descriptor: FileDescriptor

    /// Connects, waiting at most five seconds for an answer.
    public init(host: String, port: UInt16) throws(HardwareError) {
        let device = "tcp://\(host):\(port)"
        self.device = device
        let addresses = try SocketAddresses(host: host, port: port, type: SOCK_STREAM, device: device)
        descriptor = try addresses.connect(device: device, patience: 5_000)
        var enabled: Int32 = 1
        // A peer that vanished without a word is noticed by the kernel's probes.
        setsockopt(descriptor.number, SOL_SOCKET, SO_KEEPALIVE, &enabled, socklen_t(MemoryLayout<Int32>.size))
    }

    public var pollDescriptor: Int32? { descriptor.number }

    public func read(into buffer: inout [UInt8], limit: Int) throws(HardwareError) -> ReadOutcome {
        try descriptor.read(into: &buffer, limit: limit, device: device)
    }

    public func write(_ bytes: [UInt8]) throws(HardwareError) {
        try descriptor.write(bytes, device: device)
    }
}
