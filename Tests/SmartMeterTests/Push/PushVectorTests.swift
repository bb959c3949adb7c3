import Ciphers
import HardwareSimulators
import MeterValues
import SmartMeter
import Testing
import Timekeeping

/// Captures that others have published with their keys (esphome-libs/dlms_parser tests/dumps, Apache-2.0; toreamun/amshan tests, MIT;
/// the first is the example of Netz Niederösterreich's own specification), and the values that they hold.
@Suite struct PushVectorTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        let name: String
        let hex: String
        var key: String?
        var authentication: String?
        var tag = TagCheck.strict
        let line: LineProtocol
        let time: String?
        let meter: String?
        let count: Int
        let values: [String: String]

        var testDescription: String { name }
    }

    static let vectors = [
        netzNiederösterreich, kamstrup, landisGyr, landisGyrPlain, iskra, aidon, kaifaNorway, salzburg, zmf100, xt211,
    ]

    @Test(arguments: vectors)
    func `each published capture gives its values`(vector: Vector) throws {
        let bytes = try #require([UInt8](hex: vector.hex))
        let keys = try vector.key.map { key in
            try MeterKeys(
                encryptionKey: AES128Key(hex: key),
                authenticationKey: vector.authentication.map { try AES128Key(hex: $0) },
                tagCheck: vector.tag)
        }
        for pieces in Pieces.allCases {
            let found = try outcomes(of: bytes, keys: keys, pieces: pieces)
            #expect(found.problems.isEmpty, "\(found.problems)")
            let telegram = try #require(found.telegrams.first)
            #expect(telegram.time?.description == vector.time)
            #expect(telegram.meterIdentifier == vector.meter)
            #expect(telegram.objects.count == vector.count)
            for (code, value) in vector.values {
                let object = try #require(OBISCode(code).flatMap { telegram[$0] }, "\(code)")
                #expect(object.valueString + (object.unitSymbol.map { " \($0)" } ?? "") == value, "\(code)")
            }
        }
        guard vector.key != nil else { return }
        let locked = try outcomes(of: bytes)
        #expect(locked.problems.map(\.line) == [vector.line])
    }

    static let netzNiederösterreich = Vector(
        name: "Kaifa, Netz NÖ, M-Bus",
        hex: PushCaptures.netzNÖ,
        key: "36C66639E48A8CA4D6BC8B282A793BBB", tag: .crcOnly, line: .wiredMBus, time: "2021-09-27T07:47:15Z",
        meter: "181220000009", count: 13,
        values: [
            "1-0:1.8.0": "12937 Wh", "1-0:2.8.0": "0 Wh", "1-0:1.7.0": "0 W", "1-0:32.7.0": "233.7 V",
            "1-0:31.7.0": "0.00 A", "1-0:13.7.0": "1.000",
        ])

    static let kamstrup = Vector(
        name: "Kamstrup Omnipower, Denmark, HDLC",
        hex: PushCaptures.kamstrup,
        key: "00112233445566778899AABBCCDDEEFF", authentication: "FFEEDDCCBBAA99887766554433221100", line: .hdlc,
        time: "2026-03-12T14:24:30Z", meter: "4b414d4501349083", count: 32,
        values: [
            "1-1:1.8.0": "6307498 Wh", "1-1:3.8.0": "326360 varh", "1-1:1.7.0": "1083 W", "1-1:4.7.0": "718 var",
            "1-1:32.7.0": "222 V", "1-1:51.7.0": "2.28 A", "1-1:33.7.0": "0.31", "1-1:61.8.0": "2687644 Wh",
        ])

    static let landisGyr = Vector(
        name: "Landis+Gyr E450, Austria, HDLC in blocks",
        hex: PushCaptures.landisGyr,
        key: "5FDE26FE7A1A36B6E1C0BA048FA9A023", authentication: "7DA42A44E00BD0AF5E1A911E3CCA64FD", line: .hdlc,
        time: "2023-11-10T09:58:50Z", meter: "LGZ1030756480681", count: 17,
        values: [
            "1-0:1.8.0": "12048950 Wh", "1-0:1.8.1": "8768040 Wh", "1-0:1.7.0": "545 W", "1-0:2.8.0": "18054 Wh",
            "1-0:3.8.0": "30098 varh", "1-0:4.8.0": "9801363 varh", "1-0:4.7.0": "379 var",
        ])

    static let iskra = Vector(
        name: "Iskra AM550, Slovenia, three HDLC segments",
        hex: PushCaptures.iskra,
        line: .hdlc, time: "2023-04-01T19:32:35Z", meter: "160456", count: 17,
        values: [
            "1-0:1.7.0": "182 W", "1-0:1.8.0": "261927 Wh", "1-0:2.8.0": "63832 Wh", "1-0:32.7.0": "236.4 V",
            "1-0:71.7.0": "0.68 A", "1-0:2.8.2": "13185 Wh", "0-0:96.1.0": "84895126",
        ])

    static let aidon = Vector(
        name: "Aidon, Norway, HDLC",
        hex: PushCaptures.aidon,
        line: .hdlc, time: "2019-12-16T06:59:40Z", meter: nil, count: 27,
        values: [
            "1-0:1.7.0": "1122 W", "1-0:3.7.0": "1507 var", "1-0:51.7.0": "7.5 A", "1-0:52.7.0": "249.9 V",
            "1-0:1.8.0": "10049926 Wh", "1-0:3.8.0": "6614347 varh",
        ])

    static let landisGyrPlain = Vector(
        name: "Landis+Gyr E450, Cyprus, HDLC in blocks, in clear", hex: PushCaptures.cyprus, line: .hdlc,
        time: "2026-06-08T16:46:04Z", meter: nil, count: 20,
        values: [
            "1-0:21.7.0": "73 W", "1-0:1.7.0": "187 W", "1-0:4.7.0": "622 var", "1-0:13.7.0": "0.286",
            "1-0:31.7.0": "1.30 A", "1-0:52.7.0": "239 V", "1-0:14.7.0": "50 Hz", "0-0:96.3.0": "11",
        ])

    /// Published as a message without its frames.
    static let salzburg = Vector(
        name: "Kaifa, Salzburg", hex: PushLine.hdlc([UInt8](hex: PushCaptures.salzburgMessage) ?? []).hex, line: .hdlc,
        time: "2022-11-12T15:54:00Z", meter: "KFM1200200234804", count: 15,
        values: [
            "1-0:32.7.0": "229.2 V", "1-0:51.7.0": "1.73 A", "1-0:1.7.0": "714 W", "1-0:1.8.0": "1327456 Wh",
            "1-0:4.8.0": "376416 varh", "0-0:96.1.0": "1KFM0200234804",
        ])

    /// Three pairs of octets are transposed as published, and with them its check is wrong; here they are put right.
    static let zmf100 = Vector(
        name: "Landis+Gyr ZMF100, Norway", hex: PushLine.hdlc([UInt8](hex: PushCaptures.zmf100Message) ?? []).hex,
        line: .hdlc, time: "2019-04-01T13:00:06Z", meter: "40799390", count: 18,
        values: [
            "1-0:1.7.0": "560 W", "1-0:31.7.0": "2.44 A", "1-0:72.7.0": "233.0 V", "1-0:1.8.0": "34479 Wh",
            "1-0:4.8.0": "1499 varh", "0-0:96.1.7": "ZMF1",
        ])

    /// Published as a message without its frames.
    static let xt211 = Vector(
        name: "Sagemcom XT211, ČEZ", hex: PushLine.hdlc([UInt8](hex: PushCaptures.xt211Message) ?? []).hex, line: .hdlc,
        time: nil, meter: "5100005149", count: 22,
        values: [
            "1-0:1.7.0": "1956 W", "1-0:41.7.0": "1703 W", "1-0:1.8.0": "4913794 Wh", "1-0:1.8.2": "3964860 Wh",
            "1-0:2.8.0": "52 Wh", "0-0:96.14.0": "T2", "0-0:96.3.10": "1",
        ])

    static let kaifaNorway = Vector(
        name: "Kaifa, Norway, list 3", hex: PushLine.hdlc([UInt8](hex: PushCaptures.kaifaMessage) ?? []).hex,
        line: .hdlc, time: "2020-01-25T13:00:10Z",
        meter: "6970631402614476", count: 16,
        values: [
            "1-0:1.7.0": "4904 W", "1-0:4.7.0": "377 var", "1-0:31.7.0": "14.571 A", "1-0:32.7.0": "219.3 V",
            "1-0:1.8.0": "79591144 Wh", "1-0:4.8.0": "3210932 varh",
        ])
}
