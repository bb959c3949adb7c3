import ArgumentParser
import Foundation

/// Lines on standard output, each complete when it appears, so that a program on the other end of a pipe sees it at once.
enum StandardOutput {
    static func line(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }
}

enum StandardError {
    static func line(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}

/// Ends a command with exit code 1 and a sentence on standard error.
func failure(_ message: String) -> ExitCode {
    StandardError.line("p1lora: \(message)")
    return .failure
}
