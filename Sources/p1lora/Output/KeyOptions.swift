public import ArgumentParser
import Ciphers
import Foundation
public import SmartMeter

/// How encrypted telegrams are opened.
struct KeyOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The meter's encryption key, 32 hexadecimal digits.", valueName: "hex"))
    var key: String?

    @Option(
        help: ArgumentHelp(
            "A file with the encryption key, so that it shows in no list of processes.", valueName: "file"))
    var keyFile: String?

    @Option(
        help: ArgumentHelp(
            "The meter's authentication key, if it is not the one that all Luxembourg meters share.", valueName: "hex"))
    var authKey: String?

    @Option(help: "strict refuses telegrams whose tag does not match; crc-only trusts their CRC.")
    var tag: TagCheck = .strict

    func validate() throws {
        if key != nil && keyFile != nil { throw ValidationError("Give --key or --key-file, not both.") }
    }

    /// nil when no key is given.
    func meterKeys() throws -> MeterKeys? {
        var text = key
        if let keyFile {
            guard let content = try? String(contentsOfFile: keyFile, encoding: .utf8) else {
                throw failure("\(keyFile) can't be read: is it there, and may this user read it?")
            }
            text = content.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
        }
        guard let text else { return nil }
        return MeterKeys(
            encryptionKey: try Self.parse(text, option: keyFile.map { _ in "--key-file" } ?? "--key"),
            authenticationKey: try authKey.map { try Self.parse($0, option: "--auth-key") },
            tagCheck: tag)
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
