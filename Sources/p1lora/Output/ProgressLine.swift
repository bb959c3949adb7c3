import Glibc

/// What a command is waiting for, on a terminal only: a line that the next one takes the place of.
struct ProgressLine {
    private let isShown = isatty(STDERR_FILENO) == 1

    func show(_ what: String) {
        if isShown { StandardError.write("\r\(what) ...\u{1B}[K") }
    }

    func clear() {
        if isShown { StandardError.write("\r\u{1B}[K") }
    }
}
