import Glibc
import HardwareInterfaces

/// A program that stands between the kernel and the simulators, and speaks in requests: a letter, a count, bytes.
final class HelperProgram {
    struct Request {
        let kind: Character
        let bytes: [UInt8]
    }

    /// Readable while requests wait.
    let descriptor: Int32
    private let toProgram: Int32
    private var process: pid_t = 0
    private var unread: [UInt8] = []

    init(_ path: String, _ arguments: [String]) throws(HardwareError) {
        var (input, output): ([Int32], [Int32]) = ([0, 0], [0, 0])
        guard pipe(&input) == 0, pipe(&output) == 0 else { throw Self.failure(path) }
        for descriptor in input + output { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        (toProgram, descriptor) = (input[1], output[0])
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, input[0], 0)
        posix_spawn_file_actions_adddup2(&actions, output[1], 1)
        var pointers = ([path] + arguments).map { strdup($0) } + [nil]
        let code = posix_spawn(&process, path, &actions, nil, &pointers, environ)
        for pointer in pointers { free(pointer) }
        posix_spawn_file_actions_destroy(&actions)
        close(input[0])
        close(output[1])
        guard code == 0 else { throw Self.failure(path) }
    }

    deinit {
        close(toProgram)
        close(descriptor)
    }

    private static func failure(_ path: String) -> HardwareError {
        HardwareError(.failed(errno: errno), device: path, message: "the program can't be started")
    }

    /// Whole requests that have come; nil when the program has ended.
    func requests() -> [Request]? {
        var chunk = [UInt8](repeating: 0, count: 8_192)
        let count = read(descriptor, &chunk, chunk.count)
        guard count > 0 else { return nil }
        unread += chunk.prefix(count)
        var requests: [Request] = []
        while unread.count >= 3 {
            let length = Int(unread[1]) | Int(unread[2]) << 8
            guard unread.count >= 3 + length else { break }
            requests.append(
                Request(kind: Character(UnicodeScalar(unread[0])), bytes: Array(unread[3..<3 + length])))
            unread.removeFirst(3 + length)
        }
        return requests
    }

    func send(_ bytes: [UInt8]) { _ = write(toProgram, bytes, bytes.count) }

    /// As pulling the plug.
    func end() {
        kill(process, SIGKILL)
        waitpid(process, nil, 0)
    }
}
