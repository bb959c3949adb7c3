public import Ciphers
import Glibc

/// Where keys may stand: in the configuration (`app_key`), or in files of their own (`app_key_file`).
struct SecretSources {
    /// Files with relative names are looked for here, unless they are among the credentials.
    var folder: String
    /// Where systemd puts what `LoadCredential=` names; nil outside of a service with credentials.
    var credentials: String? = getenv("CREDENTIALS_DIRECTORY").map { String(cString: $0) }
    /// The configuration file, when others can read it and must not.
    var exposedFile: String?
}

/// A key that stands in the configuration or in a file of its own.
public enum SecretFile {
    /// - Returns: nil when neither is given.
    static func key(
        _ name: String, in table: ConfigurationTable, from sources: SecretSources
    ) throws(ConfigurationError) -> AES128Key? {
        let written = try table.string(name)
        let file = try table.string(name + "_file")
        if written != nil && file != nil {
            throw table.error(name, "stands here and in \(name)_file: keep one of them")
        }
        if let written {
            if let exposed = sources.exposedFile {
                throw table.error(
                    name, "stands in a file that others than its owner can read: chmod 600 \(exposed)")
            }
            do {
                return try AES128Key(hex: written)
            } catch {
                throw table.error(name, "\(error)")
            }
        }
        guard let file else { return nil }
        // A path would be shown in messages. No file's name has so many digits.
        guard file.hidingKeys(from: 20) == file else {
            throw table.error(name + "_file", "must be the name of a file: a key itself belongs in \(name)")
        }
        do {
            if !file.contains("/"), let folder = sources.credentials, access("\(folder)/\(file)", F_OK) == 0 {
                return try key(inFile: "\(folder)/\(file)", isGuarded: true)
            }
            return try key(inFile: file.hasPrefix("/") ? file : "\(sources.folder)/\(file)", isGuarded: false)
        } catch {
            throw table.error(name + "_file", "\(error)")
        }
    }

    /// The key that a file holds: its first word.
    public static func key(inFile path: String) throws(PrivateFileError) -> AES128Key {
        try key(inFile: path, isGuarded: false)
    }

    private static func key(inFile path: String, isGuarded: Bool) throws(PrivateFileError) -> AES128Key {
        let (bytes, isOpen) = try PrivateFile.read(path, isGuarded: isGuarded, limit: 1_024)
        guard !isOpen else {
            throw PrivateFileError(path, "holds a key and can be read by others than its owner: chmod 600 \(path)")
        }
        let text = String(decoding: bytes, as: UTF8.self)
        do {
            return try AES128Key(hex: text.split(whereSeparator: \.isWhitespace).first ?? "")
        } catch {
            throw PrivateFileError(path, "holds no key: \(error)")
        }
    }
}
