package import Ciphers
import ConfigurationText
import Glibc

/// Where keys may stand: in the configuration (`app_key`), or in files of their own (`app_key_file`).
package struct SecretSources {
    /// Files with relative names are looked for here, unless they are among the credentials.
    package var folder: String
    /// Where systemd puts what `LoadCredential=` names; nil outside of a service with credentials.
    var credentials: String? = getenv("CREDENTIALS_DIRECTORY").map { String(cString: $0) }
    /// The configuration file, when others can read it and must not.
    var exposedFile: String?
    /// Refuses keys that everybody knows.
    var refusesExamples = false
    /// Keys are passed over, and no file of one is opened.
    var areIgnored = false
}

extension SecretSources {
    /// - Parameter folder: where files with relative names are.
    package init(in folder: String) { self.init(folder: folder) }
}

/// A key or a password that stands in the configuration or in a file of its own.
package enum SecretFile {
    /// A key of 32 hexadecimal digits, or as programs in C write it.
    /// - Returns: nil when neither is given, or what is given was refused.
    package static func key(_ name: String, in table: ConfigurationTable, from sources: SecretSources) -> AES128Key? {
        guard let secret = secret(name, in: table, from: sources) else { return nil }
        do {
            return try secret.path == nil ? AES128Key(written: secret.text) : parse(key: secret.text)
        } catch {
            if let path = secret.path {
                table.refuse(name + "_file", "\(path) holds no key: \(error)")
            } else {
                table.refuse(name, "\(error)")
            }
            return nil
        }
    }

    /// A password: the first line of its file.
    /// - Returns: nil when neither is given, or what is given was refused.
    package static func password(_ name: String, in table: ConfigurationTable, from sources: SecretSources) -> String? {
        guard let secret = secret(name, in: table, from: sources) else { return nil }
        if let line = secret.text.split(whereSeparator: \.isNewline).first, !line.utf8.contains(0) {
            return String(line)
        }
        table.refuse(secret.path == nil ? name : name + "_file", "is empty")
        return nil
    }

    /// The key that a file holds: its first word, or all of it as programs in C write it.
    package static func key(inFile path: String) throws(PrivateFileError) -> AES128Key {
        let text = try read(path, isGuarded: false)
        do {
            return try parse(key: text)
        } catch {
            throw PrivateFileError(path, "holds no key: \(error)")
        }
    }

    /// The first line of a file that nobody else may read.
    package static func line(inFile path: String) throws(PrivateFileError) -> String {
        let text = try read(path, isGuarded: true)
        guard let line = text.split(whereSeparator: \.isNewline).first else { throw PrivateFileError(path, "is empty") }
        return String(line)
    }

    private static func parse(key text: String) throws(CipherError) -> AES128Key {
        if text.contains("{") { return try AES128Key(written: text) }
        return try AES128Key(written: text.split(whereSeparator: \.isWhitespace).first ?? "")
    }

    /// What is written, and in which file if not in the configuration.
    private static func secret(
        _ name: String, in table: ConfigurationTable, from sources: SecretSources
    ) -> (text: String, path: String?)? {
        guard !sources.areIgnored else {
            table.ignore([name, name + "_file"])
            return nil
        }
        let written = table.string(name)
        let file = table.string(name + "_file")
        if written != nil && file != nil {
            table.refuse(name, "stands here and in \(name)_file: keep one of them")
        } else if let written {
            if let exposed = sources.exposedFile {
                table.refuse(name, "stands in a file that others than its owner can read: chmod 600 \(exposed)")
            }
            return (written, nil)
        } else if let file {
            return contents(of: file, name, in: table, from: sources)
        }
        return nil
    }

    private static func contents(
        of file: String, _ name: String, in table: ConfigurationTable, from sources: SecretSources
    ) -> (text: String, path: String?)? {
        // A path would be shown in messages. No file's name has so many digits.
        guard file.hidingKeys(from: 20) == file else {
            table.refuse(name + "_file", "must be the name of a file: a key itself belongs in \(name)")
            return nil
        }
        do {
            if !file.contains("/"), let folder = sources.credentials, access("\(folder)/\(file)", F_OK) == 0 {
                let path = "\(folder)/\(file)"
                return (try read(path, isGuarded: true), path)
            }
            let path = file.hasPrefix("/") ? file : "\(sources.folder)/\(file)"
            return (try read(path, isGuarded: false), path)
        } catch {
            table.refuse(name + "_file", "\(error)")
            return nil
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
