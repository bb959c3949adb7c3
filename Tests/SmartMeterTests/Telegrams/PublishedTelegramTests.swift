import Ciphers
import Foundation
import MeterValues
import SmartMeter
import Testing

/// The folder of published telegrams beside the package; the tests that want it are skipped without it.
enum Published {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appending(
            path: "shared/telegrams")

    static let files: [File] = {
        guard let manifest = try? Data(contentsOf: folder.appending(path: "manifest.json")) else { return [] }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return (try? decoder.decode([File].self, from: manifest)) ?? []
    }()

    struct File: Decodable, Sendable, CustomTestStringConvertible {
        let file: String
        let crc: String?
        let innerCrc: String?
        let key: String?
        let aad: String?
        let frame: Frame?
        let values: [String: String]

        struct Frame: Decodable, Sendable {
            let systemTitle: String
            let counter: String
        }

        var testDescription: String { file }

        var bytes: [UInt8] { get throws { try [UInt8](Data(contentsOf: Published.folder.appending(path: file))) } }

        var keys: MeterKeys? {
            get throws {
                guard let key, let aad else { return nil }
                return try MeterKeys(
                    encryptionKey: AES128Key(hex: key), authenticationKey: AES128Key(hex: aad.dropFirst(2)))
            }
        }
    }
}

@Suite(.enabled(if: !Published.files.isEmpty, "needs ../shared/telegrams"))
struct PublishedTelegramTests {
    @Test(arguments: Published.files)
    func `every published telegram decodes to the values of its manifest`(file: Published.File) throws {
        let outcomes = try outcomes(of: file.bytes, keys: file.keys)
        #expect(outcomes.count == 1)
        let telegram: Telegram
        if file.innerCrc == "BAD" {
            let problem = try #require(outcomes.problems.first)
            guard case .checksumWrong = problem.reason else {
                Issue.record("\(problem)")
                return
            }
            telegram = try #require(problem.telegram)
        } else {
            telegram = try #require(outcomes.telegrams.first, "\(outcomes.problems)")
            switch telegram.checksum {
            case .good: #expect(file.crc == "ok" || file.innerCrc == "ok")
            case .absent: #expect(file.crc == "absent")
            case .wrong, .unchecked: Issue.record("a telegram with a wrong checksum")
            }
        }
        #expect(telegram.oddLines == 0)
        for (code, printed) in file.values {
            let name = try #require(OBISCode(code))
            let object = try #require(telegram[name], "\(code)")
            #expect(object.raw == printed, "\(code)")
            try check(object, against: printed)
        }
        if let frame = file.frame {
            #expect(telegram.encryption?.systemTitle.bytes.hex == frame.systemTitle)
            #expect(telegram.encryption?.frameCounter == UInt32(frame.counter, radix: 16))
        }
    }

    /// Reads the last pair of parentheses in another way than the reader does.
    private func check(_ object: TelegramObject, against printed: String) throws {
        let last = printed.dropLast().split(separator: "(").last.map(String.init) ?? ""
        if last.contains("*") {
            let parts = last.split(separator: "*").map(String.init)
            let number = try #require(Decimal(string: parts[0]))
            #expect(Decimal(string: object.valueString) == number)
            #expect(object.unitSymbol == parts[1])
            #expect(
                object.quantity.map { Int($0.decimals) } == parts[0].split(separator: ".").dropFirst().first?.count ?? 0
            )
        } else if object.code == OBISCode(0, 0, 1, 0, 0) {
            #expect(object.valueString.hasPrefix("20\(printed.dropFirst().prefix(2))-"))
        }
    }

    @Test(arguments: Published.files)
    func `a stream gives the same however it is cut`(file: Published.File) throws {
        let stream = try file.bytes + file.bytes
        let expected = try outcomes(of: stream, keys: file.keys).traces
        for pieces in Pieces.allCases {
            #expect(try outcomes(of: stream, keys: file.keys, pieces: pieces).traces == expected)
        }
        #expect(expected.count == 2)
    }

    @Test(arguments: Published.files.filter { $0.key != nil })
    func `without a key, with a wrong one, or with another authentication key, each file says so`(
        file: Published.File
    ) throws {
        let bytes = try file.bytes
        let keys = try #require(try file.keys)
        let title = SystemTitle(Array(bytes[2..<10]))
        #expect(try outcomes(of: bytes).reasons == [.keyMissing(title)])
        let wrong = try MeterKeys(encryptionKey: AES128Key(hex: String(repeating: "5A", count: 16)))
        #expect(try outcomes(of: bytes, keys: wrong).reasons == [.wrongEncryptionKeyOrDamaged(title)])
        guard file.innerCrc == "ok" else { return }
        let other = try MeterKeys(
            encryptionKey: keys.encryptionKey, authenticationKey: AES128Key(hex: String(repeating: "5A", count: 16)))
        #expect(try outcomes(of: bytes, keys: other).reasons == [.authenticationKeyDiffers(title)])
    }
}
