import Glibc
import LinuxHardware

/// Colour where it helps: on a terminal that has it, and where nobody has asked for none (no-color.org).
enum TerminalColour: String {
    case good = "32"
    case warning = "33"
    case bad = "1;31"

    /// - Parameters:
    ///   - text: what is coloured.
    ///   - descriptor: where it goes; no colour where that is no terminal.
    func paint(_ text: String, to descriptor: Int32 = STDOUT_FILENO) -> String {
        Self.isWanted(descriptor) ? "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" : text
    }

    private static func isWanted(_ descriptor: Int32) -> Bool {
        guard isatty(descriptor) == 1, ProcessEnvironment.value("NO_COLOR")?.isEmpty ?? true else { return false }
        return ProcessEnvironment.value("TERM") != "dumb"
    }
}
