import Glibc
import HardwareInterfaces

@testable import LinuxHardware

/// A client that says what it likes, and may hang.
final class UnixClient {
    let descriptor: FileDescriptor

    struct Failure: Error { let errno: Int32 }

    init(path: String) throws {
        let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard number >= 0, let address = UnixAddress(path) else { throw Failure(errno: errno) }
        descriptor = FileDescriptor(owning: number)
        guard address.with({ connect(number, $0, $1) }) == 0 else { throw Failure(errno: errno) }
    }

    func say(_ text: String) {
        let bytes = Array(text.utf8)
        _ = send(descriptor.number, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// What has come; nil when the server has hung up and nothing is left.
    func heard() -> String? {
        var bytes: [UInt8] = []
        while let outcome = try? descriptor.read(into: &bytes, limit: 65_536, device: "client") {
            switch outcome {
            case .bytes: continue
            case .ended: return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
            case .nothingYet, .opening: return String(decoding: bytes, as: UTF8.self)
            }
        }
        return nil
    }
}
