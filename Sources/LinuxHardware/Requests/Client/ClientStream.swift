import CTLS
import Glibc
import HardwareInterfaces
import Timekeeping

/// A connection to a server, plain or by TLS, for a thread that has nothing else to do meanwhile.
///
/// Each call waits for the peer, at most `patience`, and ends soon when it is asked to.
final class ClientStream {
    private let device: String
    private let descriptor: FileDescriptor
    private var tls: OpaquePointer?
    private let patience: TimeSpan
    private let isStopped: () -> Bool

    /// - Parameters:
    ///   - authorities: a file in PEM; nil for those that the system believes.
    ///   - patience: that a peer has for each of its answers.
    ///   - isStopped: asked a few times a second; what waits then ends with an error.
    init(
        _ address: WebAddress, authorities: String? = nil, patience: TimeSpan, isStopped: @escaping () -> Bool
    ) throws(HardwareError) {
        device = address.name
        self.patience = patience
        self.isStopped = isStopped
        let addresses = try SocketAddresses(host: address.host, port: address.port, type: SOCK_STREAM, device: device)
        descriptor = try addresses.connect(device: device, patience: Int32(clamping: patience.milliseconds))
        guard address.usesTLS else { return }
        var reason = [CChar](repeating: 0, count: 256)
        tls = p1lora_tls_open(descriptor.number, address.host, authorities, &reason, reason.count)
        guard let tls else { throw refusal(Self.text(reason)) }
        _ = try repeated { p1lora_tls_handshake(tls) }
    }

    deinit {
        if let tls { p1lora_tls_close(tls) }
    }

    private static func text(_ bytes: [CChar]) -> String {
        String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private func refusal(_ text: String) -> HardwareError {
        HardwareError(.failed(errno: 0), device: device, message: text)
    }

    private static let piece = 65_536

    /// - Returns: what came, at least a byte; nil when the peer has closed.
    func read() throws(HardwareError) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: Self.piece)
        var count = 0
        let number = descriptor.number
        let isThere = try repeated {
            if let tls { return p1lora_tls_read(tls, &buffer, buffer.count, &count) }
            return Self.outcome(recv(number, &buffer, buffer.count, Int32(MSG_DONTWAIT)), &count, P1LORA_TLS_WANTS_READ)
        }
        return isThere && count > 0 ? Array(buffer.prefix(count)) : nil
    }

    func write(_ bytes: [UInt8]) throws(HardwareError) {
        var rest = bytes[...]
        let number = descriptor.number
        while !rest.isEmpty {
            var count = 0
            let isTaken = try repeated {
                rest.withUnsafeBytes {
                    if let tls { return p1lora_tls_write(tls, $0.baseAddress, $0.count, &count) }
                    let sent = send(number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
                    return Self.outcome(sent, &count, P1LORA_TLS_WANTS_WRITE)
                }
            }
            guard isTaken else { throw refusal("the server has closed the connection") }
            rest = rest.dropFirst(count)
        }
    }

    private static func outcome(
        _ result: Int, _ count: inout Int, _ wish: p1lora_tls_outcome
    ) -> p1lora_tls_outcome {
        if result >= 0 {
            count = result
            return P1LORA_TLS_DONE
        }
        return errno == EAGAIN || errno == EINTR ? wish : P1LORA_TLS_FAILED
    }

    /// Until it is done.
    /// - Returns: false when the peer has closed.
    private func repeated(_ work: () -> p1lora_tls_outcome) throws(HardwareError) -> Bool {
        var waited: Int64 = 0
        while true {
            let events: Int32
            switch work() {
            case P1LORA_TLS_DONE: return true
            case P1LORA_TLS_ENDED: return false
            case P1LORA_TLS_WANTS_READ: events = POLLIN
            case P1LORA_TLS_WANTS_WRITE: events = POLLOUT
            default: throw refusal(failure)
            }
            guard !isStopped() else { throw refusal("given up: the program ends") }
            guard waited < patience.milliseconds else { throw refusal("the server does not answer") }
            var polled = pollfd(fd: descriptor.number, events: Int16(events), revents: 0)
            if Glibc.poll(&polled, 1, Self.look) == 0 { waited += Int64(Self.look) }
        }
    }

    /// Milliseconds between two looks whether it is to end.
    private static let look: Int32 = 250

    private var failure: String {
        guard let tls else { return String(cString: strerror(errno)) }
        return String(cString: p1lora_tls_reason(tls))
    }
}
