import Foundation

/// Drawn by the program qrencode (Debian: `apt-get install qrencode`), where it is installed.
enum QRCode {
    enum Form: String {
        /// Blocks for a dark or light terminal.
        case terminal = "ANSIUTF8"
        case svg = "SVG"
    }

    /// - Returns: nil when the program is missing or fails.
    static func drawing(of text: String, as form: Form) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = path.split(separator: ":").map(String.init) + ["/usr/local/bin", "/usr/bin"]
        guard let program = folders.map({ $0 + "/qrencode" }).first(where: FileManager.default.isExecutableFile) else {
            return nil
        }
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = ["--type=\(form.rawValue)", "--level=M", "--output=-"]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        do {
            // Into the pipe before anybody could close its other end: the text is far shorter than what a pipe holds.
            try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
            try input.fileHandleForWriting.close()
            try process.run()
            let drawn = try output.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            return process.terminationStatus == 0 && !drawn.isEmpty ? String(decoding: drawn, as: UTF8.self) : nil
        } catch {
            return nil
        }
    }
}
