public import Foundation

/// Decoders that others wrote, asked about the same bytes.
public enum Python {
    /// Whether the script runs to its end.
    public static func runs(_ script: String) -> Bool { answer(script, []) != nil }

    /// The lines that Python prints; nil when it fails, or is not there.
    public static func answer(_ script: String, _ arguments: [String], input: Data? = nil) -> [String]? {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script] + arguments
        let (output, standardInput) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        process.standardInput = input == nil ? FileHandle.nullDevice : standardInput
        do {
            try process.run()
            if let input {
                try standardInput.fileHandleForWriting.write(contentsOf: input)
                try standardInput.fileHandleForWriting.close()
            }
        } catch {
            return nil
        }
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return nil }
        return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
