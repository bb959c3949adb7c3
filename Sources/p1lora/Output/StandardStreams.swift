import ArgumentParser
import Foundation

/// Lines on standard output, each complete when it appears, so that a program on the other end of a pipe sees it at once.
enum StandardOutput {
    static func line(_ text: String) { write(text + "\n") }

    /// Ends the command when nothing can be written: the disk is full, or the terminal is gone.
    static func write(_ text: String) {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
        } catch {
            StandardError.line("p1lora: standard output can't be written: \(error.localizedDescription)")
            exit(EXIT_FAILURE)
        }
    }
}

enum StandardError {
    static func line(_ text: String) { write(text + "\n") }

    static func write(_ text: String) {
        // There is nowhere left to tell that this failed.
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}

/// Ends a command with exit code 1 and a sentence on standard error.
func failure(_ message: String) -> ExitCode {
    StandardError.line("p1lora: \(message)")
    return .failure
}
