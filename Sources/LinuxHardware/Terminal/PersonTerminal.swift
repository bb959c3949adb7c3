import Glibc

/// The terminal of standard input and output, read key by key. While it lives, keys are not shown and Ctrl-C is a key, so that
/// whoever asks can end in good order.
package final class PersonTerminal {
    private var usual = termios()

    /// - Returns: nil where one of the two is no terminal.
    package init?() {
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1, tcgetattr(STDIN_FILENO, &usual) == 0 else {
            return nil
        }
        var quiet = usual
        quiet.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
        guard tcsetattr(STDIN_FILENO, TCSADRAIN, &quiet) == 0 else { return nil }
    }

    deinit { tcsetattr(STDIN_FILENO, TCSADRAIN, &usual) }

    package var pollDescriptor: Int32 { STDIN_FILENO }

    /// The next byte that was typed, which is waited for; nil when the terminal has gone.
    package func next() -> UInt8? {
        var byte: UInt8 = 0
        while true {
            let count = read(STDIN_FILENO, &byte, 1)
            if count < 0, errno == EINTR { continue }
            return count == 1 ? byte : nil
        }
    }

    /// Whether a byte waits, or the terminal has gone.
    package var hasNext: Bool {
        var waiting = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        return poll(&waiting, 1, 0) > 0
    }
}
