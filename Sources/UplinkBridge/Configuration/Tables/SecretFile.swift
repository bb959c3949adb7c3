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

/// A key or a password that stands in the configuration or in a file of its own.
public enum SecretFile {
    /// A key of 32 hexadecimal digits.
    /// - Returns: nil when neither is given.
    static func key(
        _ name: String, in table: ConfigurationTable, from sources: SecretSources
    ) throws(ConfigurationError) -> AES128Key? {
        guard let secret = try secret(name, in: table, from: sources) else { return nil }
        do {
            return try secret.path == nil ? AES128Key(hex: secret.text) : parse(key: secret.text)
        } catch {
            guard let path = secret.path else { throw table.error(name, "\(error)") }
            throw table.error(name + "_file", "\(path) holds no key: \(error)")
        }
    }

    /// A password: the first line of its file.
    /// - Returns: nil when neither is given.
    static func password(
        _ name: String, in table: ConfigurationTable, from sources: SecretSources
    ) throws(ConfigurationError) -> String? {
        guard let secret = try secret(name, in: table, from: sources) else { return nil }
        guard let line = secret.text.split(whereSeparator: \.isNewline).first, !line.utf8.contains(0) else {
            throw table.error(secret.path == nil ? name : name + "_file", "is empty")
        }
        return String(line)
    }

    /// The key that a file holds: its first word.
    public static func key(inFile path: String) throws(PrivateFileError) -> AES128Key {
        let text = try read(path, isGuarded: false)
        do {
            return try parse(key: text)
        } catch {
            throw PrivateFileError(path, "holds no key: \(error)")
        }
    }

    private static func parse(key text: String) throws(CipherError) -> AES128Key {
        try AES128Key(hex: text.split(whereSeparator: \.isWhitespace).first ?? "")
    }

    /// What is written, and in which file if not in the configuration.
    private static func secret(
        _ name: String, in table: ConfigurationTable, from sources: SecretSources
    ) throws(ConfigurationError) -> (text: String, path: String?)? {
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
            return (written, nil)
        }
        guard let file else { return nil }
        // A path would be shown in messages. No file's name has so many digits.
        guard file.hidingKeys(from: 20) == file else {
            throw table.error(name + "_file", "must be the name of a file: a key itself belongs in \(name)")
        }
        do {
            if !file.contains("/"), let folder = sources.credentials, access("\(folder)/\(file)", F_OK) == 0 {
                let path = "\(folder)/\(file)"
                return (try read(path, isGuarded: true), path)
            }
            let path = file.hasPrefix("/") ? file : "\(sources.folder)/\(file)"
            return (try read(path, isGuarded: false), path)
        } catch {
            throw table.error(name + "_file", "\(error)")
        }
    }

    private static func read(_ path: String, isGuarded: Bool) throws(PrivateFileError) -> String {
        let (bytes, isOpen) = try PrivateFile.read(path, isGuarded: isGuarded, limit: 1_024)
        guard !isOpen else {
            throw PrivateFileError(path, "holds a key and can be read by others than its owner: chmod 600 \(path)")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
