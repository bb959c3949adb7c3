import Ciphers
import Foundation
import Glibc
import HardwareSimulators
import LinuxHardware

/// A network server on a UDP port of this machine, as a packet forwarder's server would be. It answers on a thread of its
/// own: a join-accept comes in time though all of the tests' threads are busy.
final class LoopbackServer {
    /// What the server has seen.
    struct Records {
        let uplinks: [DeliveredUplink]
        let joins: [JoinRecord]
        let rejected: [RejectedFrame]
    }

    struct Failure: Error { let errno: Int32 }

    let port: Int
    private let desk: Desk

    init(_ settings: NetworkServer.Settings = .init()) throws {
        let descriptor = socket(
            AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let (number, size) = (descriptor, length)
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(number, $0, size) == 0 && getsockname(number, $0, &length) == 0
            }
        }
        guard descriptor >= 0, bound else { throw Failure(errno: errno) }
        port = Int(UInt16(bigEndian: address.sin_port))
        let desk = try Desk(descriptor, settings)
        self.desk = desk
        Thread { desk.run() }.start()
    }

    deinit { desk.stop() }

    var network: Records { desk.records }

    /// All that waits is answered when this returns.
    func serve() { desk.serve() }
}

/// What the thread and the tests share, by the lock.
private final class Desk: @unchecked Sendable {
    private let lock = NSLock()
    private let network: NetworkServer
    private let gateway: GWMPServer
    private let descriptor: Int32
    private var isOver = false

    init(_ descriptor: Int32, _ settings: NetworkServer.Settings) throws {
        self.descriptor = descriptor
        let clock = LinuxClock()
        network = NetworkServer(clock: clock, settings: settings)
        gateway = GWMPServer(server: network, clock: clock)
        try network.register(
            devEUI: 0x70B3_D57E_D000_1234, joinEUI: 1, appKey: AES128Key(hex: "0F1E2D3C4B5A69788796A5B4C3D2E1F0"))
    }

    deinit { close(descriptor) }

    func stop() { lock.withLock { isOver = true } }

    var records: LoopbackServer.Records {
        lock.withLock { .init(uplinks: network.uplinks, joins: network.joins, rejected: network.rejected) }
    }

    func run() {
        while !lock.withLock({ isOver }) {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            if poll(&waiting, 1, 50) > 0 { serve() }
        }
    }

    func serve() { lock.withLock { answer() } }

    private func answer() {
        var buffer = [UInt8](repeating: 0, count: 65_535)
        while true {
            var peer = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let count = withUnsafeMutablePointer(to: &peer) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    recvfrom(descriptor, &buffer, buffer.count, 0, $0, &length)
                }
            }
            guard count >= 0 else { return }
            for answer in gateway.receive(Array(buffer.prefix(count))) {
                _ = withUnsafePointer(to: &peer) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        sendto(descriptor, answer, answer.count, 0, $0, length)
                    }
                }
            }
        }
    }
}
