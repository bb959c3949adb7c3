/// Text in lines that fit a terminal.
enum WrappedText {
    /// Breaks between words; lines that are broken go on under their own beginning.
    static func lines(_ text: String, width: Int) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in wrap(line, max(20, width)) }
    }

    private static func wrap(_ line: Substring, _ width: Int) -> [String] {
        guard line.count > width else { return [String(line)] }
        let first = String(line.prefix { $0 == " " })
        // Of a numbered entry the number stands alone.
        let number = line.dropFirst(first.count).prefix(while: \.isNumber)
        let isEntry = !number.isEmpty && line.dropFirst(first.count + number.count).hasPrefix("  ")
        let indentation = first + (isEntry ? String(repeating: " ", count: number.count + 2) : "")
        var lines: [String] = []
        var current = first
        for word in line.split(separator: " ", omittingEmptySubsequences: false).drop(while: \.isEmpty) {
            if current.count + word.count > width, !current.allSatisfy({ $0 == " " }) {
                lines.append(String(current.dropLast()))
                current = indentation
            }
            current += word + (isEntry && word == number && lines.isEmpty ? "  " : " ")
        }
        return lines + [String(current.dropLast())]
    }
}
