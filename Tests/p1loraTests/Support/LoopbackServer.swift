import Ciphers
import Glibc
import HardwareSimulators
import LinuxHardware

/// A network server on a UDP port of this machine, as a packet forwarder's server would be.
final class LoopbackServer {
    let network: NetworkServer
    let port: Int
    private let gateway: GWMPServer
    private let descriptor: Int32

    struct Failure: Error { let errno: Int32 }

    init(_ settings: NetworkServer.Settings = .init()) throws {
        let clock = LinuxClock()
        network = NetworkServer(clock: clock, settings: settings)
        gateway = GWMPServer(server: network, clock: clock)
        try network.register(
            devEUI: 0x70B3_D57E_D000_0001, joinEUI: 1, appKey: AES128Key(hex: "2B7E151628AED2A6ABF7158809CF4F3C"))
        descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
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
    }

    deinit { close(descriptor) }

    /// Answers all datagrams that wait.
    func serve() {
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
