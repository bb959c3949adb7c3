import Glibc

/// Drawn by the program qrencode (Debian: `apt-get install qrencode`), where it is installed.
enum QRCode {
    enum Form: String {
        /// Blocks for a dark or light terminal.
        case terminal = "ANSIUTF8"
        case svg = "SVG"
    }

    /// - Returns: nil when the program is missing or fails.
    static func drawing(of text: String, as form: Form) -> String? {
        guard let drawing = tmpfile() else { return nil }
        defer { fclose(drawing) }
        // The text goes in by standard input: what stands in a command line all users can see.
        let command =
            "exec qrencode --type=\(form.rawValue) --level=M --output=- >/proc/self/fd/\(fileno(drawing)) 2>/dev/null"
        guard let program = popen(command, "w") else { return nil }
        // A program that is missing reads nothing.
        let before = signal(SIGPIPE, SIG_IGN)
        fputs(text, program)
        let status = pclose(program)
        signal(SIGPIPE, before)
        guard status == 0, fseek(drawing, 0, SEEK_END) == 0, case let size = ftell(drawing), size > 0 else {
            return nil
        }
        rewind(drawing)
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { $1 = fread($0.baseAddress, 1, size, drawing) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
