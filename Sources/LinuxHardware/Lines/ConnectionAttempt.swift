import Glibc
import HardwareInterfaces
import Synchronization

/// Resolves a host name and connects, on a thread of its own: a name server or a peer that does not answer keeps nobody
/// waiting. Whoever loses interest lets go of it.
final class ConnectionAttempt: Sendable {
    /// A descriptor that can be handed from one owner to another.
    final class Socket: Sendable {
        let descriptor: FileDescriptor

        init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }
    }

    private let outcome = Mutex<Result<Socket, HardwareError>?>(nil)
    private let signal: EventSignal

    /// - Parameter patience: milliseconds for each address.
    init(host: String, port: UInt16, device: String, patience: Int32) throws(HardwareError) {
        signal = try EventSignal()
        try RealtimeThread.spawn(name: "p1lora-connect", realtime: false) { [self] _ in
            let result: Result<Socket, HardwareError>
            do throws(HardwareError) {
                let addresses = try SocketAddresses(host: host, port: port, type: SOCK_STREAM, device: device)
                result = .success(Socket(try addresses.connect(device: device, patience: patience)))
            } catch {
                result = .failure(error)
            }
            outcome.withLock { $0 = result }
            signal.raise()
        }
    }

    /// Readable when the attempt is over.
    var pollDescriptor: Int32 { signal.descriptor.number }

    /// The socket; nil while there is none yet.
    func result() throws(HardwareError) -> Socket? {
        try outcome.withLock { $0 }?.get()
    }
}
