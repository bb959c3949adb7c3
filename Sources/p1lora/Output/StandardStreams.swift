import ArgumentParser
import Glibc
import HardwareInterfaces
import LinuxHardware

/// Lines on standard output, each complete when it appears, so that a program on the other end of a pipe sees it at once.
enum StandardOutput {
    static func line(_ text: String) { write(text + "\n") }

    static func write(_ text: String) { write(bytes: Array(text.utf8)) }

    /// Ends the command when nothing can be written: the disk is full, or the terminal is gone.
    static func write(bytes: [UInt8]) {
        do {
            try OutputFile.write(bytes, to: STDOUT_FILENO, named: "standard output")
        } catch {
            StandardError.line("p1lora: \(error.device) \(error.message)")
            exit(EXIT_FAILURE)
        }
    }
}

enum StandardError {
    static func line(_ text: String) { write(text + "\n") }

    static func write(_ text: String) {
        // There is nowhere left to tell that this failed.
        try? OutputFile.write(Array(text.utf8), to: STDERR_FILENO, named: "standard error")
    }
}

/// Writes what an option asks for to the file that it names.
/// - Parameters:
///   - text: the file's whole content.
///   - path: replaced if it is there.
///   - option: as "--plot".
func writeFile(_ text: String, to path: String, option: String) throws {
    do {
        try OutputFile.write(Array(text.utf8), to: path)
    } catch {
        throw failure("\(option): \(error.device) \(error.message)")
    }
}

/// Ends a command with exit code 1 and a sentence on standard error.
func failure(_ message: String) -> ExitCode {
    StandardError.line("p1lora: \(message.onOneLine)")
    return .failure
}

/// Ends a command whose arguments and configuration do not go together, with exit code 64 and a sentence on standard
/// error. What the arguments alone tell is a ValidationError of `validate()`.
func wrongUsage(_ message: String) -> ExitCode {
    StandardError.line("p1lora: \(message)")
    return .validationFailure
}
