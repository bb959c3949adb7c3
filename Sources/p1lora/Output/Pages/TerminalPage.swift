import Glibc

/// A page that is redrawn in place.
enum TerminalPage {
    /// Of the terminal of standard output.
    static var size: (columns: Int, rows: Int) {
        var size = winsize()
        let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 && size.ws_row > 0
        return isKnown ? (Int(size.ws_col), Int(size.ws_row)) : (80, 24)
    }

    /// Escape codes: cursor to the top left, each line cleared behind its end, and all below. What the terminal can't
    /// hold is left out, from the end, and said.
    static func drawn(_ lines: [some StringProtocol], columns: Int, rows: Int) -> String {
        var lines = lines.map { String($0) }
        let room = max(4, rows - 1)
        if lines.count > room {
            let hidden = lines.count - room + 1
            lines = lines.prefix(room - 1) + ["  ... \(hidden) more"]
        }
        let clipped = lines.map { String($0.prefix(max(20, columns - 1))) }
        return "\u{1B}[H" + clipped.joined(separator: "\u{1B}[K\n") + "\u{1B}[K\n\u{1B}[J"
    }
}
