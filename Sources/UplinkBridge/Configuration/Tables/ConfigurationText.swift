import TOMLKit

/// From a file to the table that its TOML makes.
enum ConfigurationText {
    /// No configuration has more bytes.
    private static let longest = 4_194_304

    static func read(
        _ path: String, guardsKeys: Bool = false
    ) throws(ConfigurationError) -> (text: String, secrets: SecretSources) {
        let bytes: [UInt8]
        let isOpen: Bool
        do {
            (bytes, isOpen) = try PrivateFile.read(path, limit: longest + 1)
        } catch {
            throw ConfigurationError(
                line: nil, "can't be read: is it there, and may this user read it? (config.example.toml is a start)")
        }
        guard bytes.count <= longest else { throw ConfigurationError(line: nil, "is too long for a configuration") }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConfigurationError(line: nil, "is not UTF-8, as TOML must be: save it with that encoding")
        }
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        return (
            text,
            SecretSources(folder: folder.isEmpty ? "/" : folder, exposedFile: guardsKeys && isOpen ? path : nil)
        )
    }

    static func parse(_ text: String) throws(ConfigurationError) -> ConfigurationTable {
        // The parser would take it for the end of the text. A file that was being written at a power cut has many.
        guard !text.utf8.contains(0) else { throw ConfigurationError(line: nil, "has NUL bytes in it: is it damaged?") }
        do {
            return ConfigurationTable(try TOMLTable(string: text), path: "", title: "", lines: KeyLines(text))
        } catch let error as TOMLParseError {
            // The parser shows what it stumbled over, and that may be a key without its quotes.
            throw ConfigurationError(line: error.source.begin.line, error.description.hidingKeys(from: 6))
        } catch {
            throw ConfigurationError(line: nil, "\(error)")
        }
    }
}

extension String {
    /// With dots in place of each run of at least `length` hexadecimal digits.
    func hidingKeys(from length: Int) -> String {
        var result = ""
        var run = ""
        for character in self {
            if character.isHexDigit {
                run.append(character)
                continue
            }
            result += (run.count < length ? run : "...") + String(character)
            run = ""
        }
        return result + (run.count < length ? run : "...")
    }
}
