import Ciphers
import Foundation
import HardwareSimulators
import MeterValues
import SmartMeter
import TestTags
import Testing

/// Decoders that others wrote (PyPI: dlms-cosem, smllib).
enum Oracle {
    static let knowsDLMS = Python.runs("import dlms_cosem.protocol.xdlms, dlms_cosem.utils")
    static let knowsSML = Python.runs("import smllib")
}

@Suite(.tags(.process), .waits, .slow) struct PushOracleTests {
    private static let decrypt = """
        import sys
        from dlms_cosem import security
        from dlms_cosem.protocol.xdlms import DataNotification, GeneralGlobalCipher
        from dlms_cosem.utils import parse_as_dlms_data
        for argument in sys.argv[2:]:
            g = GeneralGlobalCipher.from_bytes(bytes.fromhex(argument))
            plain = security.decrypt(
                security_control=g.security_control, system_title=g.system_title,
                invocation_counter=g.invocation_counter, key=bytes.fromhex(sys.argv[1]), cipher_text=g.ciphered_text,
                auth_key=bytes.fromhex('00112233445566778899AABBCCDDEEFF'))
            data = parse_as_dlms_data(DataNotification.from_bytes(bytes(plain)).body)
            print(' '.join('%s=%d' % (bytes(c).hex(), v) for c, v, _ in zip(data[0::3], data[1::3], data[2::3])))
        """

    @Test(.enabled(if: Oracle.knowsDLMS, "needs Python's dlms-cosem"))
    func `messages of random registers decode as dlms-cosem decodes them`() throws {
        var random = SeededRandom(seed: 18)
        var sealer = try FrameSealer(key: Sample.key())
        let messages = (0..<40).map { _ in
            let objects = (1...Int.random(in: 1...30, using: &random)).map { number in
                PushObject.register(
                    [1, 0, UInt8(number), 7, 0, 255], UInt32.random(in: 0...UInt32.max, using: &random), scaler: -2,
                    unit: 27)
            }
            return sealer.seal(PushLine.notification(objects, at: Sample.time))
        }
        let theirs = try #require(
            Python.answer(Self.decrypt, ["0123456789ABCDEF0123456789ABCDEF"] + messages.map(\.hex)))
        let keys = MeterKeys(encryptionKey: try Sample.key())
        let ours = try messages.map { message in
            let telegram = try #require(
                try outcomes(of: PushLine.hdlc(message, segment: 90), keys: keys).telegrams.first)
            return telegram.objects.compactMap { object -> String? in
                guard let quantity = object.quantity else { return nil }
                let code = [object.code.a, object.code.b, object.code.c, object.code.d, object.code.e, object.code.f]
                return "\(code.hex)=\(quantity.coefficient)"
            }.joined(separator: " ")
        }
        #expect(ours == theirs)
    }

    private static let list = """
        import sys
        from smllib import SmlStreamReader
        for argument in sys.argv[1:]:
            reader = SmlStreamReader()
            reader.add(bytes.fromhex(argument))
            print(' '.join('%s=%d,%d' % (e.obis, e.value, e.scaler) for e in reader.get_frame().get_obis()))
        """

    @Test(.enabled(if: Oracle.knowsSML, "needs Python's smllib"))
    func `files of random values decode as smllib decodes them`() throws {
        var random = SeededRandom(seed: 18)
        let files = (0..<40).map { _ in
            let entries = (1...Int.random(in: 1...20, using: &random)).map { number in
                SMLWriter.Entry(
                    code: [1, 0, UInt8(number), 8, 0, 255], value: Int64.random(in: -1 << 40...1 << 40, using: &random),
                    scaler: Int8.random(in: -4...0, using: &random), unit: 30)
            }
            return SMLWriter.file(entries, server: [0x0A, 1, 2, 3, 4, 5, 6, 7, 8, 9])
        }
        let theirs = try #require(Python.answer(Self.list, files.map(\.hex)))
        let ours = try files.map { file in
            let telegram = try #require(try outcomes(of: file).telegrams.first)
            return telegram.objects.compactMap { object -> String? in
                guard let quantity = object.quantity else { return nil }
                let code = [object.code.a, object.code.b, object.code.c, object.code.d, object.code.e, object.code.f]
                return "\(code.hex)=\(quantity.coefficient),\(-Int(quantity.decimals))"
            }.joined(separator: " ")
        }
        #expect(ours == theirs)
    }
}
