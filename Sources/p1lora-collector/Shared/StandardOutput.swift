import ArgumentParser
import Glibc
import HardwareInterfaces
import LinuxHardware

enum StandardOutput {
    /// Ends the command when nothing can be written.
    static func write(_ text: String) { write(Array(text.utf8)) }

    static func write(_ bytes: [UInt8]) {
        do {
            try OutputFile.write(bytes, to: STDOUT_FILENO, named: "standard output")
        } catch {
            StandardError.line("p1lora-collector: \(error.device) \(error.message)")
            exit(EXIT_FAILURE)
        }
    }
}

enum StandardError {
    static func line(_ text: String) {
        let plain = String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : $0 }))
        write(plain + "\n")
    }

    static func write(_ text: String) {
        // There is nowhere left to tell that this failed.
        try? OutputFile.write(Array(text.utf8), to: STDERR_FILENO, named: "standard error")
    }
}

/// Ends a command with exit code 1 and a sentence on standard error.
func failure(_ message: String) -> ExitCode {
    StandardError.line("p1lora-collector: \(message)")
    return .failure
}
