import Glibc
import Timekeeping

/// Runs an interpreter on a script in a folder of its own under the temporary directory, with its output in files
/// there: no pipe can fill up, and nothing stays behind.
enum ChildProcess {
    static var searchPath: [String] {
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        return path.split(separator: ":").map(String.init) + ["/usr/local/bin", "/usr/bin", "/bin"]
    }

    static func isExecutable(_ path: String) -> Bool { access(path, X_OK) == 0 }

    /// - Returns: what the program wrote to standard output.
    static func run(
        _ program: String, _ arguments: [String], script: String, timeLimit: TimeSpan
    ) throws(JavaScriptError) -> String {
        let folder = try makeFolder()
        let (source, output, errors) = ("\(folder)/codec.js", "\(folder)/output", "\(folder)/errors")
        defer {
            for file in [source, output, errors] { unlink(file) }
            rmdir(folder)
        }
        try write(script, to: source)
        let process = try spawn([program] + arguments + [source], output: output, errors: errors)
        let status = try wait(for: process, timeLimit: timeLimit)
        guard status == 0 else {
            let text = read(errors) + read(output).suffix(500)
            throw .scriptFailed(text.isEmpty ? "wait status \(status)" : text)
        }
        return read(output)
    }

    private static func makeFolder() throws(JavaScriptError) -> String {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/p1lora-codec-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw .noFolder(parent: parent, reason: reason()) }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func spawn(_ arguments: [String], output: String, errors: String) throws(JavaScriptError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        guard posix_spawn_file_actions_init(&actions) == 0 else { throw .cannotRun(reason()) }
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        var pointers = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var process: pid_t = 0
        let result = posix_spawn(&process, arguments[0], &actions, nil, &pointers, environ)
        guard result == 0 else { throw .cannotRun("\(arguments[0]): \(String(cString: strerror(result)))") }
        return process
    }

    /// The limit is counted in the sleeps between two looks, so that no clock is read.
    private static func wait(for process: pid_t, timeLimit: TimeSpan) throws(JavaScriptError) -> Int32 {
        var status: Int32 = 0
        var slept = TimeSpan.zero
        var nap = TimeSpan.microseconds(500)
        while true {
            let ended = waitpid(process, &status, WNOHANG)
            if ended == process { return status }
            if ended < 0, errno != EINTR { throw .cannotRun("the process was lost: \(reason())") }
            guard slept < timeLimit else {
                kill(process, SIGKILL)
                waitpid(process, &status, 0)
                throw .timedOut(milliseconds: timeLimit.milliseconds)
            }
            usleep(useconds_t(nap.microseconds))
            slept += nap
            nap = min(nap * 2, .milliseconds(10))
        }
    }

    private static func write(_ text: String, to path: String) throws(JavaScriptError) {
        guard let file = fopen(path, "w") else { throw .cannotRun("\(path) cannot be written: \(reason())") }
        let bytes = Array(text.utf8)
        let written = fwrite(bytes, 1, bytes.count, file)
        guard fclose(file) == 0, written == bytes.count else {
            throw .cannotRun("\(path) cannot be written: \(reason())")
        }
    }

    private static func read(_ path: String) -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk.prefix(count)
        }
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}
