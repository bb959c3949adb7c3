/// What a text in TOML 1.0 says, with the line of each key, and every mistake that is in it.
///
/// It never fails: what can't be read is passed over and told, and the reading goes on behind it. No text ends the program,
/// and none makes it work longer than in proportion to its length.
package struct TOMLDocument {
    package let root: TOMLTable
    /// In the order of the text; ``mostMistakes`` at most.
    package let mistakes: [TOMLMistake]
    /// Keys stand below a header that can't be read, so that nobody knows whose they are.
    package let isIncomplete: Bool

    package static let mostMistakes = TOMLReader.mostMistakes

    package init(_ text: some StringProtocol) { self.init(bytes: Array(text.utf8)) }

    package init(bytes: [UInt8]) {
        var reader = TOMLReader(bytes)
        reader.read()
        root = reader.root
        mistakes = reader.mistakes.sorted {
            ($0.position.line, $0.position.column) < ($1.position.line, $1.position.column)
        }
        isIncomplete = reader.isIncomplete
    }
}
