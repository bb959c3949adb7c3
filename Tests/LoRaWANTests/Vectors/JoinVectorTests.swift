import Ciphers
import Testing

@testable import LoRaWAN

@Suite struct JoinVectorTests {
    func decode(_ hex: String, key: String) throws -> JoinAccept {
        let key = try AES128Key(hex: key)
        return try JoinAccept(
            decoding: #require([UInt8](hex: hex)), cipher: AES128(key), authentication: AESCMAC(key))
    }

    @Test func `a join-accept is decrypted with AES encryption`() throws {
        let accept = try decode("20493eeb51fba2116f810edb3742975142", key: "00112233445566778899aabbccddeeff")
        #expect(accept.joinNonce.rawValue == 0x570bc7)
        #expect(accept.netID.rawValue == 0x221101)
        #expect(accept.devAddr.rawValue == 0x0203_1980)
        #expect(accept.rxDelay == 1, "0 means one second")
        #expect(accept.frequencies.isEmpty)
        let keys = try SessionKeys(
            appKey: AES128Key(hex: "00112233445566778899aabbccddeeff"), joinNonce: accept.joinNonce,
            netID: accept.netID, devNonce: DevNonce(rawValue: 0xddcc))
        #expect(keys.network.bytes.hex == "406b1337d80753820540e280f81299e9")
        #expect(keys.application.bytes.hex == "4f5c409751841b6dfecbd38402237942")
    }

    @Test func `a CFList of type 0 is five frequencies`() throws {
        let accept = try decode(
            "20e45673b63cb4b9cecb2aa83f0333e615d2ac89eea1659837c3aa6df9689889cf",
            key: "01010101010101010101010101010101")
        #expect(accept.joinNonce.rawValue == 0x010203 && accept.netID.rawValue == 0x090807)
        #expect(accept.devAddr.rawValue == 0x0304_0506)
        #expect(accept.settings == DownlinkSettings(rx1Offset: 1, rx2DataRate: DataRate(2)))
        #expect(accept.rxDelay == 3)
        #expect(accept.frequencies == [867_100_000, 867_300_000, 867_500_000, 867_700_000, 867_900_000])
    }

    @Test func `a join-accept without settings`() throws {
        let accept = try decode("2023cf335489aae3183c0be0baa8dee5f3", key: FrameVectorTests.ascending)
        #expect(accept.joinNonce.rawValue == 0x010101 && accept.netID.rawValue == 0x020202)
        #expect(accept.devAddr.rawValue == 0x0102_0304)
    }

    @Test func `each kind of damage has its reason`() throws {
        let key = FrameVectorTests.ascending
        #expect(throws: DiscardReason.wrongIntegrityCode) { try decode("2023cf335489aae3183c0be0baa8dee5f2", key: key) }
        #expect(throws: DiscardReason.wrongJoinAcceptLength(bytes: 16)) {
            try decode("2023cf335489aae3183c0be0baa8dee5", key: key)
        }
        #expect(throws: DiscardReason.notExpected(header: 0x60)) {
            try decode("6023cf335489aae3183c0be0baa8dee5f3", key: key)
        }
        #expect(throws: DiscardReason.tooShort(bytes: 0)) { try decode("", key: key) }
    }

    @Test(arguments: [
        (
            "01020304050607080102030405060708", UInt32(65_536), UInt32(0x010203), UInt16(258),
            "df53c35f3034ccced0ff354c70de04df", "927b9c911183cffe4cb2ff4b75545f6d"
        ),
        (
            "bec499c69e9c939e413b663961636c61", 0xae3b1c, 0x020101, 0x7369, "0db924ee6af90698e05fc7ce48303c01",
            "8c1e0543a229088de6f84e74bb46bd62"
        ),
    ]) func `session keys equal the published ones`(
        key: String, joinNonce: UInt32, netID: UInt32, devNonce: UInt16, network: String, application: String
    ) throws {
        let keys = try SessionKeys(
            appKey: AES128Key(hex: key), joinNonce: JoinNonce(rawValue: joinNonce), netID: NetID(rawValue: netID),
            devNonce: DevNonce(rawValue: devNonce))
        #expect(keys.network.bytes.hex == network)
        #expect(keys.application.bytes.hex == application)
    }
}
