import Ciphers
import Testing

@testable import LoRaWAN

/// Published frames (brocaar/lorawan, lora-rs, lora-packet); DevAddr 01020304 unless it says otherwise.
@Suite struct FrameVectorTests {
    static let ascending = "0102030405060708090a0b0c0d0e0f10"
    static let descending = "100f0e0d0c0b0a090807060504030201"
    static func repeated(_ byte: UInt8) -> String { [UInt8](repeating: byte, count: 16).hex }

    func cipher(_ network: String, _ application: String) throws -> SessionCipher {
        try SessionCipher(
            SessionKeys(network: AES128Key(hex: network), application: AES128Key(hex: application)))
    }

    func encode(
        _ network: String, _ application: String, address: String = "01020304", counter: UInt32 = 0,
        _ change: (inout UplinkFrame) -> Void
    ) throws -> String? {
        var frame = UplinkFrame(address: try DevAddr(hex: address), counter: FrameCounter(rawValue: counter))
        change(&frame)
        return frame.encoded(with: try cipher(network, application))?.hex
    }

    @Test func `uplinks equal the published ones`() throws {
        let one = Self.repeated(1)
        #expect(
            try encode(Self.repeated(2), one, counter: 1) {
                $0.adr = true
                $0.port = 1
                $0.payload = Array("hello".utf8)
            } == "400403020180010001a694642615d6c3b582")
        #expect(
            try encode(one, one) {
                $0.options = [2, 3, 5]
                $0.port = 1
                $0.payload = [1, 2, 3, 4]
            } == "4004030201030000020305016a3798f5b64dc039")
        #expect(
            try encode(one, one) {
                $0.port = 0
                $0.payload = [2, 3, 5]
            } == "40040302010000000069369eee6aa508")
        #expect(try encode(one, one) { $0.options = [2, 3, 5] } == "4004030201030000020305d7fa0c6c")
        #expect(
            try encode(Self.ascending, Self.descending) {
                $0.isConfirmed = true
                $0.options = [6, 0x73, 7]
                $0.port = 10
                $0.payload = [1, 2, 3, 4]
            } == "80040302010300000673070ae264d4f7e117d2c0")
    }

    @Test func `lora-packet's uplinks are encoded alike`() throws {
        let (network, application) = ("44024241ed4ce9a68c6a8bc055233fd3", "ec925802ae430ca77fd3dd73cb2cc588")
        for (counter, port, text, frame) in [
            (2, 1, "test", "40f17dbe4900020001954378762b11ff0d"),
            (3, 1, "", "40f17dbe49000300012a3518af"),
            (
                4, 1, "The quick brown fox jumps over the lazy dog.",
                "40f17dbe490004000155332de41a11adc072553544429ce7787707d1c316e027e7e5e334263376affb8aa17ad30075293f28dea8a20af3c5e7"
            ),
        ] as [(UInt32, UInt8, String, String)] {
            #expect(
                try encode(network, application, address: "49be7df1", counter: counter) {
                    $0.port = port
                    $0.payload = Array(text.utf8)
                } == frame)
        }
    }

    @Test func `a confirmed downlink is taken with all 32 bits of its counter`() throws {
        let bytes = try #require([UInt8](hex: "a00403020180ff2a2a0af1a36a05d0125f885d881d49e1"))
        let keys = try cipher(Self.repeated(2), Self.repeated(1))
        let frame = try DownlinkFrame(
            decoding: bytes, cipher: keys, address: DevAddr(hex: "01020304"), after: FrameCounter(rawValue: 70_000),
            limit: 59)
        #expect(frame.counter.rawValue == 76_543)
        #expect(frame.isConfirmed && frame.port == 42)
        #expect(frame.payload == Array("hello lora".utf8))
        // Its low bits alone would be 11 007: without the high ones the MIC cannot match.
        #expect(throws: DiscardReason.wrongIntegrityCode) {
            try DownlinkFrame(decoding: bytes, cipher: keys, address: DevAddr(hex: "01020304"), after: nil, limit: 59)
        }
        #expect(throws: DiscardReason.counterRepeated(FrameCounter(rawValue: 76_543))) {
            try DownlinkFrame(
                decoding: bytes, cipher: keys, address: DevAddr(hex: "01020304"),
                after: FrameCounter(rawValue: 76_543), limit: 59)
        }
    }

    @Test func `an ACK without payload is a valid downlink`() throws {
        let bytes = try #require([UInt8](hex: "60f17dbe4920020001f9d65d27"))
        let frame = try DownlinkFrame(
            decoding: bytes, cipher: cipher("44024241ed4ce9a68c6a8bc055233fd3", "ec925802ae430ca77fd3dd73cb2cc588"),
            address: DevAddr(hex: "49be7df1"), after: nil, limit: 59)
        #expect(frame.acknowledges && frame.counter.rawValue == 2 && frame.port == 1 && frame.payload.isEmpty)
    }

    @Test func `MAC commands on port 0 take the network key`() throws {
        #expect(
            try encode("581c4d08ef04cda30b1fef7a8b2c74b8", Self.repeated(9), address: "fc00dc06", counter: 0x74) {
                $0.adr = true
                $0.wantsADRAnswer = true
                $0.port = 0
                $0.payload = [2]
            } == "4006dc00fcc07400000244925050")
    }

    @Test(arguments: [
        (repeated(1), "0102030401020304", "0203040502030405", "2d10", "00040302010403020105040302050403022d106a990e12"),
        (ascending, "0101010101010101", "0202020202020202", "0303", "0001010101010101010202020202020202030309b97b32"),
        (
            "98929b92c49edba9676d646d3b612456", "aa13693363343639", "3331383274356905", "0489",
            "0039363463336913aa05693574323831330489c65b1304"
        ),
    ]) func `join-requests equal the published ones`(
        key: String, joinEUI: String, devEUI: String, nonce: String, frame: String
    ) throws {
        let bytes = try #require([UInt8](hex: nonce))
        let request = JoinRequest(
            joinEUI: try JoinEUI(hex: joinEUI), devEUI: try DevEUI(hex: devEUI),
            devNonce: DevNonce(rawValue: UInt16(bytes[0]) | UInt16(bytes[1]) << 8))
        #expect(request.encoded(authentication: try AESCMAC(AES128Key(hex: key)))?.hex == frame)
    }
}
