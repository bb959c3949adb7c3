import Ciphers
import Foundation
import HardwareInterfaces
import HardwareSimulators
import LinuxHardware
import MeterValues
import SmartMeter
import TestSupport
import Testing
import Timekeeping
import UplinkBridge

@testable import BridgeConfiguration

/// The table of protocols and keys: what `read` and `run` say of a line, which share ``MeterInput``, and what `doctor` says.
@Suite struct ForeignLineTests {
    enum Key: CaseIterable { case none, wrong, right }

    enum Line: CaseIterable {
        case hdlc, hdlcSegments, blocks, wiredMBus, hdlcClear, wiredMBusClear, sml, ciphered, modeD, linky, polled

        var isEncrypted: Bool { [.hdlc, .hdlcSegments, .blocks, .wiredMBus, .ciphered].contains(self) }
        /// Named, and not read.
        var isForeign: Bool { self == .linky || self == .polled }
        /// What each sentence about it has to contain; nil for text, which needs no word.
        var word: String? {
            switch self {
            case .hdlc, .hdlcSegments, .blocks, .hdlcClear: "DLMS in HDLC"
            case .wiredMBus, .wiredMBusClear: "DLMS in M-Bus"
            case .sml: "SML"
            case .ciphered: "encrypted behind its header"
            case .linky: "Linky"
            case .polled: "wants an answer"
            case .modeD: nil
            }
        }
    }

    private static let wrongKey = "FF23456789ABCDEF0123456789ABCDEF"

    private static func stream(_ line: Line) throws -> [UInt8] {
        let key = try AES128Key(hex: DoctorBench.key)
        var sealer = try FrameSealer(key: key, systemTitle: [UInt8]("KFM".utf8) + [0x67, 0x50, 0, 0, 9])
        let objects = [
            PushObject.register([1, 0, 1, 8, 0, 255], 12_937_000, scaler: -3, unit: 30),
            PushObject.register([1, 0, 32, 7, 0, 255], 2_337, scaler: -1, unit: 35),
        ]
        let push = PushLine.notification(objects, at: UTCInstant(secondsSince1970: 1_790_000_000))
        let text = "1-0:1.8.0(0012.937*kWh)\r\n"
        func thrice(_ one: () throws -> [UInt8]) rethrows -> [UInt8] { try (0..<3).flatMap { _ in try one() } }
        switch line {
        case .hdlc: return thrice { PushLine.hdlc(sealer.seal(push)) }
        case .hdlcSegments: return thrice { PushLine.hdlc(sealer.seal(push), segment: 40) }
        case .blocks: return thrice { PushLine.blocks(sealer.seal(push), of: 50) }
        case .wiredMBus: return thrice { PushLine.wiredMBus(sealer.seal(push), data: 60) }
        case .hdlcClear: return thrice { PushLine.hdlc(push) }
        case .wiredMBusClear: return thrice { PushLine.wiredMBus(push) }
        case .sml:
            let entry = SMLWriter.Entry(code: [1, 0, 1, 8, 0, 255], value: 129_370, scaler: -1, unit: 30)
            return thrice { SMLWriter.file([entry], server: [UInt8](repeating: 9, count: 10)) }
        case .ciphered:
            let sealed = try AESGCM(key).seal(
                [UInt8](text.utf8), vector: [UInt8](repeating: 0, count: 12),
                authenticating: [0x30] + MeterKeys.luxembourgAuthenticationKey)
            let body = try #require(sealed)
            let length: [UInt8] = [0x00, 0x82, 0x00, UInt8(5 + body.count), 0x30, 0, 0, 0, 0]
            return thrice { [UInt8]("/EGM5G15\r\n\r\n".utf8) + length + body + [UInt8]("!BB70\r\n".utf8) }
        case .modeD: return thrice { [UInt8]("/ISk5MT174-0001\r\n\r\n1.8.0(0012.937*kWh)\r\n!\r\n".utf8) }
        case .linky:
            let groups = [("ADCO", "811775000000"), ("OPTARIF", "BASE"), ("BASE", "001234567")]
            return [0x02]
                + groups.flatMap { label, value -> [UInt8] in
                    let covered = [UInt8]("\(label) \(value)".utf8)
                    return [0x0A] + covered + [0x20, (covered.reduce(0, &+) & 0x3F) + 0x20, 0x0D]
                } + [0x03]
        case .polled: return [0x10, 0x40, 0xF0, 0x30, 0x16]
        }
    }

    @Test(arguments: Line.allCases, Key.allCases)
    func `each line is named whatever the key, and read with the right one, by read, run and doctor alike`(
        line: Line, key: Key
    ) throws {
        let bench = try DoctorBench()
        let path = bench.folder.path("line.bin")
        try Data(Self.stream(line)).write(to: URL(filePath: path))
        try bench.write(meterKey: key == .wrong ? Self.wrongKey : DoctorBench.key, input: path)
        if key == .none {
            let text = try String(contentsOfFile: bench.configurationPath, encoding: .utf8)
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix("key =") }
            try lines.joined(separator: "\n").write(toFile: bench.configurationPath, atomically: false, encoding: .utf8)
        }
        let isRead = !line.isForeign && (!line.isEncrypted || key == .right)

        let meter = try #require(try bench.configuration().meters.first)
        let input = MeterInput(number: 0, device: path, keys: meter.meterKeys, at: bench.world.now) {
            () throws(HardwareError) -> any SerialLine in try FileReplay(path: path)
        }
        var energies: [String] = []
        var sentences: [String] = []
        for event in input.poll(at: bench.world.now) {
            switch event {
            case .telegram(let telegram):
                energies.append(telegram.quantity(OBISCode(1, 0, 1, 8, 0))?.decimalString ?? "-")
            case .problem(let problem): sentences.append(problem.sentence)
            default: break
            }
        }
        #expect(energies.count == (isRead ? 3 : 0) && sentences.isEmpty == isRead, "\(sentences)")
        #expect(energies.allSatisfy { ["12.937", "12937.0", "12937.000"].contains($0) }, "\(energies)")
        if let word = line.word { #expect(sentences.allSatisfy { $0.contains(word) }, "\(sentences)") }
        if line.isEncrypted {
            let hint = key == .none ? "no key is configured" : "key"
            #expect(sentences.allSatisfy { $0.contains(hint) }, "\(sentences)")
        } else {
            #expect(sentences.allSatisfy { !$0.contains("key") }, "\(sentences)")
        }

        bench.openLine = { () throws(HardwareError) -> any SerialLine in try FileReplay(path: path) }
        let finding = try #require(bench.examine()["meter main"])
        #expect(finding.verdict == (isRead ? .ok : .failed), "\(finding)")
        if !isRead { #expect(sentences.contains(finding.message), "\(finding.message) \(sentences)") }
    }
}
