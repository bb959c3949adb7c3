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
        _ = try (written("--key", key), written("--auth-key", authKey), title)
    }

    /// nil when no key is given.
    func meterKeys() throws -> MeterKeys? {
        guard let encryptionKey = try encryptionKey() else { return nil }
        return MeterKeys(
            encryptionKey: encryptionKey, authenticationKey: try written("--auth-key", authKey), tagCheck: tag,
            systemTitle: try title)
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
        guard let keyFile else { return try written("--key", key) }
        do {
            return try SecretFile.key(inFile: keyFile)
        } catch {
            throw failure("--key-file: \(error)")
        }
    }

    private func written(_ option: String, _ text: String?) throws -> AES128Key? {
        do {
            return try text.map { text throws(CipherError) in try AES128Key(hex: text) }
        } catch {
            throw ValidationError("\(option): \(error)")
        }
    }
}

extension TagCheck: ExpressibleByArgument {}
