import Glibc
package import HardwareInterfaces

/// A serial line behind a network adapter (ser2net and the like): the bytes of one TCP connection.
package final class TCPConnection: SerialLine {
    private let device: String
    private let attempt: ConnectionAttempt
    private var socket: ConnectionAttempt.Socket?

    /// Begins to connect; ``read(into:limit:)`` tells when that has failed. Each address has five seconds to answer.
    package init(host: String, port: UInt16) throws(HardwareError) {
        device = "tcp://\(host):\(port)"
        attempt = try ConnectionAttempt(host: host, port: port, device: device, patience: 5_000)
    }

    package var pollDescriptor: Int32? { socket?.descriptor.number ?? attempt.pollDescriptor }

    package func read(into buffer: inout [UInt8], limit: Int) throws(HardwareError) -> ReadOutcome {
        guard let socket = try opened() else { return .opening }
        return try socket.descriptor.read(into: &buffer, limit: limit, device: device)
    }

    package func write(_ bytes: [UInt8]) throws(HardwareError) {
        guard let socket = try opened() else {
            throw HardwareError(.failed(errno: ENOTCONN), device: device, message: "the connection is not made yet")
        }
        try socket.descriptor.write(bytes, device: device)
    }

    private func opened() throws(HardwareError) -> ConnectionAttempt.Socket? {
        if socket == nil, let made = try attempt.result() {
            socket = made
            notice(silence: Self.probes, on: made.descriptor.number)
        }
        return socket
    }

    /// Seconds of silence before the kernel asks whether the peer is still there, seconds between its questions, and
    /// how many may go unanswered. Meters send every ten seconds at the least; the kernel's default is two hours.
    private static let probes: (idle: Int32, interval: Int32, count: Int32) = (30, 10, 3)

    private func notice(silence: (idle: Int32, interval: Int32, count: Int32), on number: Int32) {
        let options = [
            (SOL_SOCKET, SO_KEEPALIVE, 1), (Int32(IPPROTO_TCP), TCP_KEEPIDLE, silence.idle),
            (Int32(IPPROTO_TCP), TCP_KEEPINTVL, silence.interval), (Int32(IPPROTO_TCP), TCP_KEEPCNT, silence.count),
        ]
        for (level, option, value) in options {
            var value = value
            setsockopt(number, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
        }
    }
}
