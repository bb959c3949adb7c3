/// Text in lines that fit a terminal.
enum WrappedText {
    /// Breaks between words; lines that are broken go on under their own indentation.
    static func lines(_ text: String, width: Int) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in wrap(line, max(20, width)) }
    }

    private static func wrap(_ line: Substring, _ width: Int) -> [String] {
        guard line.count > width else { return [String(line)] }
        let indentation = String(line.prefix { $0 == " " })
        var lines: [String] = []
        var current = indentation
        for word in line.split(separator: " ", omittingEmptySubsequences: false).drop(while: \.isEmpty) {
            if current.count + word.count > width, current.count > indentation.count {
                lines.append(String(current.dropLast()))
                current = indentation
            }
            current += word + " "
        }
        return lines + [String(current.dropLast())]
    }
}
