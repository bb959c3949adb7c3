import ConfigurationText
import Testing

/// What is no TOML: told with its line and what to write instead.
@Suite struct TOMLMistakeTests {
    static let cases: [(text: String, line: Int, words: String)] = [
        // Headers.
        ("[[[meter]]]", 1, "[[[meter]]] is no header"), ("a = 1\n[.a]", 2, "is no header"),
        ("[}", 1, "[} is no header"),
        ("[", 1, "is no header"), ("[]", 1, "is no header"), ("[[]]", 1, "is no header"), ("[a", 1, "is no header"),
        ("[a]]", 1, "is no header"), ("[[a]", 1, "is no header"), ("[a.]", 1, "is no header"),
        ("[a..b]", 1, "is no header"),
        ("[ [a] ]", 1, "is no header"), ("[[a] ]", 1, "is no header"), ("[\"a]", 1, "is no header"),
        ("[a] b = 1", 1, "behind a header only a comment"), ("[a b]", 1, "is no header"),
        ("[a]\n[a]", 2, "is there already, in line 1"), ("[report]\nx = 1\n[[report]]", 1, "double ones in line 3"),
        ("[[report]]\n[report]", 2, "must be in double brackets: [[report]], as in line 1"),
        ("a = 1\n[a]", 2, "is there already, in line 1"), ("a = {}\n[a.b]", 2, "has its value in line 1"),
        ("a = [{}]\n[[a]]", 2, "is there already"), ("[a.b]\n[[a]]", 2, "is there already"),
        ("a.b = 1\n[a]", 2, "is there already"), ("[a.b.c]\n[a]\nb.d = 1", 3, "has its value in line 1"),
        // Keys.
        ("a = 1\na = 2", 2, "given twice, here and in line 1"), ("a = 1\n\"a\" = 2", 2, "given twice"),
        ("a.b = 1\na.b = 2", 2, "given twice"), ("a = 1\na.b = 2", 2, "has its value in line 1"),
        ("a = {b = 1}\na.c = 2", 2, "has its value"), ("a = {b = 1, b = 2}", 1, "given twice"),
        ("= 1", 1, "a line begins with a key"), ("größe = 1", 1, "in quotes"), ("ä = 1", 1, "a line begins with a key"),
        ("a", 1, "has no value: write a = ..."), ("a =", 1, "has no value"), ("a = # nothing", 1, "has no value"),
        ("a b = 1", 1, "= is missing"), ("region: \"EU868\"", 1, "stands =, not :"), ("region := 1", 1, "not :="),
        ("a == 1", 1, "not =="), ("region \"EU868\"", 1, "= is missing"), ("a. = 1", 1, "a key is missing"),
        ("// a comment", 1, "begins with #"), ("; a comment", 1, "begins with #"), ("-- a comment", 1, "begins with #"),
        ("]", 1, "closes nothing"), ("}", 1, "closes nothing"), ("\"\"\"a\"\"\" = 1", 1, "= is missing"),
        ("\u{201C}a\u{201D} = 1", 1, "a line begins with a key"),
        // Texts.
        ("a = “b”", 1, "straight quotes"), ("a = \"b”", 1, "a curly one"), ("a = ‘b’", 1, "straight quotes"),
        ("a = „b“", 1, "straight quotes"), ("a = «b»", 1, "straight quotes"), ("a = `b`", 1, "straight quotes"),
        ("a = \"b", 1, "not closed"), ("a = 'b", 1, "not closed"), ("a = 'b\"", 1, "not closed"),
        ("\na = \"\"\"b\n", 2, "not closed"), ("a = '''b", 1, "not closed"), ("a = \"b\" c", 1, "only a comment"),
        ("a = \"b\"\"", 1, "only a comment"), ("a = b", 1, "in quotes: \"b\""),
        ("a = /dev/ttyUSB0", 1, "\"/dev/ttyUSB0\""),
        ("a = \"\\q\"", 1, "\\\\ for a backslash"), ("a = \"C:\\dev\"", 1, "\\\\ for a backslash"),
        ("a = \"\\u12\"", 1, "four hexadecimal digits"), ("a = \"\\uD800\"", 1, "four hexadecimal"),
        ("a = \"\\U00110000\"", 1, "four hexadecimal"), ("a = \"\\u+123\"", 1, "four hexadecimal"),
        ("a = \"b\u{1}c\"", 1, "control character"), ("a = 'b\u{7F}c'", 1, "control character"),
        ("# a\u{1}", 1, "control characters"), ("a = 1 # \u{8}", 1, "control characters"),
        // Words.
        ("a = True", 1, "write true in small letters"), ("a = FALSE", 1, "write false in small letters"),
        ("a = yes", 1, "write true or false"), ("a = off", 1, "in quotes what is a text: \"off\""),
        ("a = null", 1, "leave the key out"), ("a = 15 minutes", 1, "in quotes: \"15 minutes\""),
        ("a = 15m", 1, "\"15m\""), ("a = 1-0:1.8.0", 1, "\"1-0:1.8.0\""), ("a = 2026-02-30", 1, "in quotes"),
        ("a = 2026-11-27T25:00:00Z", 1, "in quotes"), ("a = 24:00:00", 1, "in quotes"), ("a = = 1", 1, "one ="),
        // Numbers.
        ("a = 0,001", 1, "a decimal point and no comma: 0.001"), ("a = -2,15", 1, "no comma: -2.15"),
        ("a = { b = 0,001 }", 1, "no comma: 0.001"), ("a = { b = 1, c = 2,5, d = 3 }", 1, "no comma: 2.5"),
        ("a = 1.234,5", 1, "in one piece"), ("a = 2 000 000", 1, "in one piece"), ("a = 1'000", 1, "in one piece"),
        ("a = .5", 1, "0.5"), ("a = 5.", 1, "5.0"), ("a = 007", 1, "no zeros in front: 7"), ("a = +01", 1, "no zeros"),
        ("a = 0000000000000001", 1, "write it in quotes"), ("a = 9223372036854775808", 1, "too long for a number"),
        ("a = 1__0", 1, "in one piece"), ("a = _1", 1, "in quotes"), ("a = 1_", 1, "in one piece"),
        ("a = 0xZZ", 1, "in quotes"), ("a = -0x1", 1, "in quotes"), ("a = 0XFF", 1, "in quotes"), ("a = 1e999", 1, ""),
        ("a = 1.e5", 1, ""), ("a = 1.5.2", 1, ""), ("a = Inf", 1, ""),
        // Lists and tables in braces.
        ("a = [1, 2\nb = 3", 1, "] is missing"), ("a = [1, 2\n[b]\nc = 1", 1, "] is missing"),
        ("a = [1, 2", 1, "] is missing"),
        ("a = [\"x\" \"y\"]", 1, "a comma or ]"), ("a = [1,\n2 True]", 2, ""), ("a = [,]", 1, ""),
        ("a = [1,,2]", 1, ""),
        ("a = {b = 1", 1, "in one line"), ("a = {b = 1,\nc = 2}", 1, "in one line"), ("a = {b = 1,}", 1, "no comma"),
        ("a = {b: 1}", 1, "stands =, not :"), ("a = {0x2B, 0x7E}", 1, "in braces"), ("a = {\"b\"}", 1, "in braces"),
        ("a = {,}", 1, "in braces"), ("a = [[1]", 1, "] is missing"),
        // The text as a whole.
        ("a = 1\r\nb = True\r\n", 2, "true"), ("a = 1\rb = 2", 1, "CR"), ("a = 1\n\0b", 2, "NUL"),
    ]

    @Test(arguments: cases.indices) func `a mistake is told with its line and the cure`(index: Int) {
        let (text, line, words) = Self.cases[index]
        let document = TOMLDocument(text)
        let first = document.mistakes.first
        #expect(first?.position.line == line && first?.message.contains(words) == true, "\(text): \(document.mistakes)")
        #expect(document.mistakes.count <= 2, "\(text): \(document.mistakes)")
    }

    @Test func `a text that is not UTF-8 is told with the line of the letter`() {
        let document = TOMLDocument(bytes: Array("a = 1\nb = \"caf".utf8) + [0xE9] + Array("\"\nc = 3".utf8))
        #expect(document.mistakes.map(\.position.line) == [2] && document.mistakes[0].message.contains("UTF-8"))
    }

    @Test func `all mistakes are told, and what is right between them is read`() {
        let text = """
            [[[meter]]]
            input = True
            name = "x
            key = “40”
            [lorawan
            region: "EU868"
            adr = 0,5
            fields = ["a", b,
              "c",
              # a comment
              "d"]
            class = "A"
            [}
            below = 1
            [state]
            path = "p"
            """
        let document = TOMLDocument(text)
        #expect(document.mistakes.map(\.position.line) == [1, 2, 3, 4, 5, 6, 7, 8, 13], "\(document.mistakes)")
        guard case .table(let lorawan) = document.root["lorawan"]?.content,
            case .table(let state) = document.root["state"]?.content,
            case .tables(let meters) = document.root["meter"]?.content
        else {
            Issue.record("\(document.root.keys)")
            return
        }
        #expect(document.isIncomplete && document.root["below"] == nil && meters.count == 1)
        #expect(lorawan.keys == ["region", "adr", "fields", "class"] && lorawan["region"]?.string == "EU868")
        #expect(state["path"]?.string == "p" && state["path"]?.position == TextPosition(line: 16, column: 1))
    }

    @Test func `columns count characters`() {
        let document = TOMLDocument("\"größe\" = [1, 2.5, nope]")
        #expect(document.mistakes.first?.position == TextPosition(line: 1, column: 20))
    }

    @Test(arguments: [
        "[", "{a=", "[[", "\"", "'''", "a = [\n", "a.", "a = \"\"\"\n", "[a]\n", "[[a]]\n", "a = [1,\n", "]",
    ])
    func `no text is too deep or too long`(piece: String) {
        for text in [piece, "a = " + piece] {
            let start = ContinuousClock.now
            let document = TOMLDocument(String(repeating: text, count: 100_000))
            #expect(document.mistakes.count <= TOMLDocument.mostMistakes)
            #expect(ContinuousClock.now - start < .seconds(20))
        }
    }

    @Test func `no message shows what may be a key`() {
        let key = "2B7E151628AED2A6ABF7158809CF4F3C"
        let spaced = stride(from: 0, to: 32, by: 2).map { key.dropFirst($0).prefix(2) }.joined(separator: " ")
        for value in [key, spaced, "\"\(key)", "'\(key)\"", "“\(key)”", "0x\(key)", "\(key) x", "[\(key)", "{\(key)}"] {
            for line in ["x = \(value)", "app_key = \(value)", "[\(value)]", "\(value)", "x: \(value)"] {
                for mistake in TOMLDocument(line).mistakes {
                    #expect(!mistake.message.contains("7E151") && !mistake.message.contains("7E 15"), "\(mistake)")
                }
            }
        }
        #expect(!TOMLDocument("password = hunter2").mistakes[0].message.contains("hunter"))
    }
}

extension TOMLValue {
    var string: String? { if case .string(let text) = content { text } else { nil } }
}
