import Glibc
import Timekeeping

/// What happens, one line each, for the script to look at.
enum BenchLog {
    static func line(_ text: String) {
        let bytes = Array("\(text)\n".utf8)
        _ = write(STDOUT_FILENO, bytes, bytes.count)
    }
}
