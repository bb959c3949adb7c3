import Testing

@testable import p1lora

@Suite struct OneLineLogTests {
    @Test(arguments: [
        ("a broker went away\nand came again", "a broker went away | and came again"),
        ("first\r\n\n  second\n", "first | second"),
        ("line\u{2028}separator\u{85}and next", "line | separator | and next"),
        ("colour \u{1B}[31mred\u{7}", "colour  [31mred "),
        ("as it is, ü and €", "as it is, ü and €"),
    ])
    func `what a library says on several lines is one event in the log`(text: String, line: String) {
        #expect(text.onOneLine == line)
    }
}
