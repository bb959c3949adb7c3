import Foundation
import HardwareSimulators
import TestSupport
import TestTags
import Testing

@testable import BridgeConfiguration

/// Spoilt configurations: each is accepted, or refused in words of our own with lines of the file.
///
/// `P1LORA_CAMPAIGN=full` takes 20 000 of them, else 400 and what `P1LORA_BUDGET` has time for.
@Suite(.tags(.campaign), .slow) struct ConfigurationCampaignTests {
    static let fixed: UInt64 = ProcessInfo.processInfo.environment["P1LORA_CAMPAIGN"] == "full" ? 20_000 : 400

    static let pieces = [
        "[", "]", "[[", "]]", "[[[", "{", "}", "\"", "'", "\"\"\"", "'''", "=", ".", ",", "#", "\n", "\r", "\r\n", "\\",
        "\\u0000", "\\uD800", "\u{0}", "\u{7F}", "\u{FEFF}", "“", "”", "é", "-", "+", "_", "0x", "1e999", "inf", "nan",
        "9223372036854775808", "-1", "0", "99999", "0,001", "True", "null", "[.a]", "[}", "[[meter]]", "[radio]",
        "[[report]]",
        "[codec]\nolder = [\"p1lora.toml\"]\n", "key = {0x2B, 0x7E}", "a.b.c = 1", "meter.x = 1", " ", "\t", "\"1d\"",
    ]

    /// The example as it stands, with all that it shows as comments, and a small one.
    static func originals() throws -> [[UInt8]] {
        let example = try String(
            contentsOf: ConfigurationTests.packageRoot.appending(path: "config.example.toml"), encoding: .utf8)
        let all = example.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix("# ") && line.contains(" = ") && !line.hasPrefix("#   ") ? line.dropFirst(2) : line
        }
        return [example, all.joined(separator: "\n"), TestConfiguration.minimal, TestConfiguration.minimal].map {
            Array($0.utf8)
        }
    }

    static func spoil(_ bytes: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            let end = min(bytes.count, place + Int.random(in: 1...20, using: &random))
            let piece = Array((pieces.randomElement(using: &random) ?? "").utf8)
            switch Int.random(in: 0..<8, using: &random) {
            case 0: bytes.removeSubrange(place..<end)
            case 1: bytes.insert(contentsOf: bytes[place..<end], at: place)
            case 2: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
            case 3 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 4: bytes = Array(bytes[..<place])
            case 5: bytes = swapLines(bytes, &random)
            case 6: bytes.replaceSubrange(place..<end, with: piece)
            default: bytes.insert(contentsOf: piece, at: place)
            }
        }
        return bytes
    }

    private static func swapLines(_ bytes: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let (first, second) = (lines.indices.randomElement(using: &random), lines.indices.randomElement(using: &random))
        if let first, let second { lines.swapAt(first, second) }
        return Array(lines.joined(separator: [UInt8(ascii: "\n")]))
    }

    @Test func `a spoilt configuration is valid, or refused in our own words with lines of the file`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("p1lora.toml")
        let originals = try Self.originals()
        var (accepted, refused) = (0, 0)
        let count = try RandomCampaign.run(fixed: Self.fixed) { seed in
            var random = SeededRandom(seed: seed)
            let bytes = Self.spoil(originals[Int(seed % UInt64(originals.count))], &random)
            try Data(bytes).write(to: URL(filePath: path))
            do throws(ConfigurationError) {
                let configuration = try BridgeConfiguration(contentsOfFile: path)
                accepted += 1
                #expect(!configuration.reports.isEmpty && !configuration.meterNames.isEmpty, "seed \(seed)")
            } catch {
                refused += 1
                let lines = bytes.count { $0 == UInt8(ascii: "\n") } + 1
                #expect(!error.mistakes.isEmpty, "seed \(seed)")
                for mistake in error.mistakes {
                    let context = "\(mistake), seed \(seed)"
                    #expect(mistake.line.map { (1...lines).contains($0) } ?? true, "\(context)")
                    #expect(mistake.message.count > 10 && !mistake.message.contains(where: \.isNewline), "\(context)")
                    #expect(!mistake.message.contains("toml::") && !mistake.message.contains("Error("), "\(context)")
                }
            }
        }
        #expect(accepted > count / 50 && refused > count / 4, "\(accepted) accepted, \(refused) refused")
    }
}
