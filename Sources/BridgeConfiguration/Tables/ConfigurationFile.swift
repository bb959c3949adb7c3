import ConfigurationText

/// From a file to the table that its TOML makes.
package enum ConfigurationFile {
    /// No configuration has more bytes.
    private static let longest = 4_194_304

    package static func read(
        _ path: String, guardsKeys: Bool = false
    ) throws(ConfigurationError) -> (bytes: [UInt8], secrets: SecretSources) {
        let bytes: [UInt8]
        let isOpen: Bool
        do {
            (bytes, isOpen) = try PrivateFile.read(path, limit: longest + 1)
        } catch {
            throw ConfigurationError(
                line: nil, "\(error.reason) (\"p1lora setup\" writes one, config.example.toml explains it)")
        }
        guard bytes.count <= longest else { throw ConfigurationError(line: nil, "is too long for a configuration") }
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        return (
            bytes,
            SecretSources(folder: folder.isEmpty ? "/" : folder, exposedFile: guardsKeys && isOpen ? path : nil)
        )
    }

    /// What can't be read is among the mistakes.
    package static func parse(_ bytes: [UInt8], into mistakes: MistakeList) -> ConfigurationTable {
        let document = TOMLDocument(bytes: bytes)
        for mistake in document.mistakes { mistakes.add(line: mistake.position.line, mistake.message) }
        return ConfigurationTable(
            document.root, title: "", line: nil, isIncomplete: document.isIncomplete, mistakes: mistakes)
    }
}
