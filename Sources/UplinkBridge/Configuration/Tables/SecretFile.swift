import Ciphers
import FoundationEssentials

/// A key that stands in the configuration (`app_key`) or in a file of its own (`app_key_file`).
enum SecretFile {
    /// - Returns: nil when neither is given.
    static func key(
        _ name: String, in table: ConfigurationTable, relativeTo folder: String
    ) throws(ConfigurationError) -> AES128Key? {
        let written = try table.string(name)
        let file = try table.string(name + "_file")
        if written != nil && file != nil {
            throw table.error(name, "stands here and in \(name)_file: keep one of them")
        }
        if let written {
            do {
                return try AES128Key(hex: written)
            } catch {
                throw table.error(name, "\(error)")
            }
        }
        guard let file else { return nil }
        let path = file.hasPrefix("/") ? file : folder + "/" + file
        guard let data = try? Data(contentsOf: URL(filePath: path)) else {
            throw table.error(name + "_file", "\(path) can't be read: is it there, and may this user read it?")
        }
        let text = String(decoding: data.prefix(1_024), as: UTF8.self)
        do {
            return try AES128Key(hex: text.split(whereSeparator: \.isWhitespace).first ?? "")
        } catch {
            throw table.error(name + "_file", "\(path): \(error)")
        }
    }
}
