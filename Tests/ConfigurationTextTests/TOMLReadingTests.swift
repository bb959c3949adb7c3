import ConfigurationText
import Testing

/// The rules of TOML 1.0 for what is right.
@Suite struct TOMLReadingTests {
    func value(_ text: String) -> TOMLValue.Content? {
        let document = TOMLDocument("a = \(text)")
        #expect(document.mistakes.isEmpty, "\(text): \(document.mistakes)")
        return document.root["a"]?.content
    }

    @Test(
        arguments: [
            (#""""#, ""), (#""a # b""#, "a # b"), (#""\b\t\n\f\r\"\\""#, "\u{8}\t\n\u{C}\r\"\\"),
            (#""\u00e9\U0001F600\uFFFF""#, "é😀\u{FFFF}"), ("''", ""), (#"'C:\x"y'"#, "C:\\x\"y"), ("\"a\tb\"", "a\tb"),
            ("\"\"\"\"\"\"", ""), ("\"\"\"\na\nb\"\"\"", "a\nb"), ("\"\"\"a\r\nb\"\"\"", "a\nb"),
            ("\"\"\"a \\\n   \n  b\"\"\"", "a b"), ("\"\"\"a\\   \n\n\n b\\\n\"\"\"", "ab"),
            ("\"\"\"a\"\"b\"\"\"", "a\"\"b"), ("\"\"\"a\"\"\"\"\"", "a\"\""),
            ("\"\"\" \\\"\"\" \"\"\\\" \"\"\"", " \"\"\" \"\"\" "), ("''''''", ""),
            ("'''\n\\n'a''b'''", "\\n'a''b"), ("'''a'''''", "a''"), ("'''\n\n'''", "\n"), ("\"größe\"", "größe"),
        ] as [(String, String)])
    func `texts of all four kinds`(written: String, meant: String) {
        guard case .string(let text) = value(written) else {
            Issue.record("no text: \(written)")
            return
        }
        #expect(text == meant)
    }

    @Test(
        arguments: [
            ("0", 0), ("+0", 0), ("-0", 0), ("99", 99), ("-17", -17), ("1_000", 1_000), ("1_2_3", 123),
            ("0xDEAD_beef", 0xDEAD_BEEF),
            ("0o755", 0o755), ("0b1101", 13), ("0x00", 0), ("9223372036854775807", .max),
            ("-9223372036854775808", .min),
        ] as [(String, Int64)])
    func `whole numbers`(written: String, meant: Int64) {
        guard case .integer(let number) = value(written) else {
            Issue.record("no whole number: \(written)")
            return
        }
        #expect(number == meant)
    }

    @Test(
        arguments: [
            ("1.0", 1.0, "1.0"), ("+3.1415", 3.1415, "+3.1415"), ("-0.01", -0.01, "-0.01"), ("5e+22", 5e22, "5e+22"),
            ("1e06", 1e6, "1e06"), ("-2E-2", -0.02, "-2E-2"), ("6.626e-34", 6.626e-34, "6.626e-34"),
            ("224_617.445_991", 224_617.445991, "224617.445991"), ("inf", .infinity, "inf"),
            ("-inf", -.infinity, "-inf"),
            ("0.0", 0, "0.0"),
        ] as [(String, Double, String)])
    func `numbers with a point keep their digits`(written: String, meant: Double, digits: String) {
        guard case .float(let number, let text) = value(written) else {
            Issue.record("no number: \(written)")
            return
        }
        #expect(number == meant && text == digits)
    }

    @Test(arguments: [
        "1979-05-27T07:32:00Z", "1979-05-27T00:32:00-07:00", "1979-05-27t00:32:00.999999z", "1979-05-27 07:32:00Z",
        "1979-05-27T07:32:00", "1979-05-27", "07:32:00", "00:32:00.5", "2024-02-29", "2026-12-31T23:59:60Z",
    ])
    func `dates and times`(written: String) {
        guard case .date(let text) = value(written) else {
            Issue.record("no date: \(written)")
            return
        }
        #expect(text == written)
    }

    @Test func `lists go over lines, hold comments, and may end with a comma`() {
        guard case .array(let values) = value("[ # first\r\n  1, \"two\",\r\n\r\n  [3.0], { four = 4 }, # last\n]")
        else { return }
        #expect(values.map(\.position.line) == [2, 2, 4, 4] && values.count == 4)
        guard case .array(let none) = value("[]") else { return }
        #expect(none.isEmpty)
    }

    @Test func `tables are made by headers, dotted keys and braces, and each key knows its line`() {
        let text = """
            \u{FEFF}# comment
            title = "t" # and this
            a.b.c = 1
            a."d e" = 2
            "ʎǝʞ" = 3
            1234 = 4
            [ x . "y.z" ]
            k = {}
            [x]
            in = { line.one = 1, line.two = [ { deep = true } ] }
            [[list]]
            n = 1
            [list.sub]
            s = 1
            [[list]]
            [[list.inner]]
            [[list.inner]]
            q = 'x'
            """
        for text in [text, text.replacing("\n", with: "\r\n"), text + "\n"] {
            let document = TOMLDocument(text)
            #expect(document.mistakes.isEmpty, "\(document.mistakes)")
            let root = document.root
            #expect(root.keys == ["title", "a", "ʎǝʞ", "1234", "x", "list"])
            let a = root["a"]?.table
            #expect(a?.keys == ["b", "d e"] && a?["b"]?.table?["c"]?.position == TextPosition(line: 3, column: 5))
            let x = root["x"]?.table
            #expect(x?.keys == ["y.z", "in"] && x?["y.z"]?.position.line == 7)
            #expect(x?["in"]?.table?["line"]?.table?.keys == ["one", "two"])
            guard case .tables(let list) = root["list"]?.content else { return }
            #expect(list.count == 2 && list[0].keys == ["n", "sub"] && list[0].position.line == 11)
            guard case .tables(let inner) = list[1]["inner"]?.content else { return }
            #expect(inner.map(\.keys) == [[], ["q"]])
        }
    }

    @Test func `a table in dotted keys may have a sub-table by a header`() {
        let document = TOMLDocument(
            "[fruit]\napple.color = 1\napple.taste.sweet = true\n[fruit.apple.texture]\nsmooth = true")
        #expect(document.mistakes.isEmpty, "\(document.mistakes)")
        #expect(TOMLDocument("[fruit]\napple.color = 1\n[fruit.apple]").mistakes.count == 1)
    }
}

extension TOMLValue {
    fileprivate var table: TOMLTable? { if case .table(let table) = content { table } else { nil } }
}
