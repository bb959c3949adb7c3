public import ArgumentParser
import Ciphers
public import SmartMeter
import UplinkBridge

/// How encrypted telegrams are opened.
struct KeyOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The meter's encryption key, 32 hexadecimal digits.", valueName: "hex"))
    var key: String?

    @Option(
        help: ArgumentHelp(
            "A file with the encryption key, mode 600, so that it shows in no list of processes.", valueName: "file"))
    var keyFile: String?

    @Option(
        help: ArgumentHelp(
            "The meter's authentication key, if it is not the one that all Luxembourg meters share.", valueName: "hex"))
    var authKey: String?

    @Option(help: "strict refuses telegrams whose tag does not match; crc-only trusts their CRC.")
    var tag: TagCheck = .strict

    @Option(
        help: ArgumentHelp(
            "Take only the frames of the meter with this system title, 16 hexadecimal digits.", valueName: "hex"))
    var systemTitle: String?

    func validate() throws {
        if key != nil && keyFile != nil { throw ValidationError("Give --key or --key-file, not both.") }
    }

    /// nil when no key is given.
    func meterKeys() throws -> MeterKeys? {
        guard let encryptionKey = try encryptionKey() else { return nil }
        let title = systemTitle.flatMap { [UInt8](hex: $0) }
        guard systemTitle == nil || title?.count == 8 else {
            throw ValidationError("--system-title: \"\(systemTitle ?? "")\" must have 16 hexadecimal digits")
        }
        return MeterKeys(
            encryptionKey: encryptionKey,
            authenticationKey: try authKey.map { try Self.parse($0, option: "--auth-key") },
            tagCheck: tag, systemTitle: title.map { SystemTitle($0) })
    }

    private func encryptionKey() throws -> AES128Key? {
        guard let keyFile else { return try key.map { try Self.parse($0, option: "--key") } }
        do {
            return try SecretFile.key(inFile: keyFile)
        } catch {
            throw failure("--key-file: \(error)")
        }
    }

    private static func parse(_ text: String, option: String) throws -> AES128Key {
        do {
            return try AES128Key(hex: text)
        } catch {
            throw ValidationError("\(option): \(error)")
        }
    }
}

extension TagCheck: ExpressibleByArgument {}
