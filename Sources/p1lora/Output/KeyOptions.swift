public import ArgumentParser
import BridgeConfiguration
import Ciphers
import HardwareInterfaces
import LinuxHardware
public import SmartMeter

/// How encrypted telegrams are opened.
struct KeyOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The meter's encryption key, 32 hexadecimal digits. Everybody on this machine can see it in the list of "
                + "processes: prefer --ask-key or --key-file.", valueName: "hex"))
    var key: String?

    @Option(help: ArgumentHelp("A file with the encryption key, mode 600.", valueName: "file"))
    var keyFile: String?

    @Flag(help: "Ask for the encryption key at the terminal, which does not show it.")
    var askKey = false

    @Option(
        help: ArgumentHelp(
            "The meter's authentication key, if it is not the one that all Luxembourg meters share.", valueName: "hex"))
    var authKey: String?

    @Option(help: ArgumentHelp("A file with the authentication key, mode 600.", valueName: "file"))
    var authKeyFile: String?

    @Option(help: "strict refuses telegrams whose tag does not match; crc-only trusts their CRC.")
    var tag: TagCheck = .strict

    @Option(
        help: ArgumentHelp(
            "Take only the frames of the meter with this system title, 16 hexadecimal digits.", valueName: "hex"))
    var systemTitle: String?

    func validate() throws {
        if [key != nil, keyFile != nil, askKey].count(where: \.self) > 1 {
            throw ValidationError("Give one of --key, --key-file and --ask-key.")
        }
        if authKey != nil && authKeyFile != nil {
            throw ValidationError("Give --auth-key or --auth-key-file, not both.")
        }
        _ = try (written("--key", key), written("--auth-key", authKey), title)
    }

    /// nil when no key is given.
    func meterKeys() throws -> MeterKeys? {
        guard let encryptionKey = try encryptionKey() else { return nil }
        return MeterKeys(
            encryptionKey: encryptionKey,
            authenticationKey: try written("--auth-key", authKey) ?? read("--auth-key-file", authKeyFile),
            tagCheck: tag, systemTitle: try title)
    }

    private var title: SystemTitle? {
        get throws {
            guard let systemTitle else { return nil }
            guard let bytes = [UInt8](hex: systemTitle), bytes.count == 8 else {
                throw ValidationError("--system-title: \"\(systemTitle)\" must have 16 hexadecimal digits")
            }
            return SystemTitle(bytes)
        }
    }

    private func encryptionKey() throws -> AES128Key? {
        if askKey { return try asked() }
        return try written("--key", key) ?? read("--key-file", keyFile)
    }

    private func asked() throws -> AES128Key {
        do {
            guard let text = try SecretPrompt.ask("The meter's encryption key, which is not shown: ") else {
                throw failure("--ask-key: no key was typed")
            }
            return try AES128Key(written: text)
        } catch let error as CipherError {
            throw failure("--ask-key: \(error)")
        } catch let error as HardwareError {
            throw failure("--ask-key: there is no terminal to ask at (\(error.message)): use --key-file")
        }
    }

    private func read(_ option: String, _ path: String?) throws -> AES128Key? {
        do {
            return try path.map { path throws(PrivateFileError) in try SecretFile.key(inFile: path) }
        } catch {
            throw failure("\(option): \(error)")
        }
    }

    private func written(_ option: String, _ text: String?) throws -> AES128Key? {
        do {
            return try text.map { text throws(CipherError) in try AES128Key(written: text) }
        } catch {
            throw ValidationError("\(option): \(error)")
        }
    }
}

extension TagCheck: ExpressibleByArgument {}
