import Glibc
package import HardwareInterfaces

/// Asks a person for a secret at the terminal, which does not show what is typed.
package enum SecretPrompt {
    private static let terminal = "/dev/tty"

    /// - Returns: the line without its end; nil when the person gave up (Ctrl-C, Ctrl-D).
    /// - Throws: when there is no terminal.
    package static func ask(_ question: String) throws(HardwareError) -> String? {
        let number = open(terminal, O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard number >= 0 else { throw .failing("opening", terminal, errno: errno) }
        defer { close(number) }
        var usual = termios()
        guard tcgetattr(number, &usual) == 0 else { throw .failing("asking at", terminal, errno: errno) }
        var silent = usual
        // Ctrl-C comes as a byte, so that the echo is switched on again before the end.
        silent.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
        guard tcsetattr(number, TCSAFLUSH, &silent) == 0 else { throw .failing("asking at", terminal, errno: errno) }
        defer { tcsetattr(number, TCSAFLUSH, &usual) }
        show(question, number)
        defer { show("\n", number) }
        return try line(number)
    }

    private static func show(_ text: String, _ number: Int32) {
        // A terminal that shows nothing can still be read.
        _ = Array(text.utf8).withUnsafeBytes { write(number, $0.baseAddress, $0.count) }
    }

    private static func line(_ number: Int32) throws(HardwareError) -> String? {
        var typed: [UInt8] = []
        while true {
            var byte: UInt8 = 0
            let count = read(number, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .failing("reading", terminal, errno: errno) }
            switch byte {
            case _ where count == 0, 3, 4: return nil
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"): return String(decoding: typed, as: UTF8.self)
            case 8, 127: _ = typed.popLast()
            case 21: typed = []  // Ctrl-U
            default: if typed.count < 1_024 { typed.append(byte) }
            }
        }
    }
}
