import Ciphers
import Testing

@Suite struct AES128Tests {
    @Test func `a block equals FIPS 197 appendix C, both ways`() throws {
        let cipher = try AES128(AES128Key(hex: "000102030405060708090a0b0c0d0e0f"))
        let plain = try #require([UInt8](hex: "00112233445566778899aabbccddeeff"))
        let encrypted = try #require(cipher.encrypt(blocks: plain + plain))
        #expect(encrypted.hex == String(repeating: "69c4e0d86a7b0430d8cdb78070b4c55a", count: 2))
        #expect(cipher.decrypt(blocks: encrypted) == plain + plain)
        #expect(cipher.encrypt(blocks: [1, 2, 3]) == nil)
    }

    @Test func `keys are read from hexadecimal digits and say what is wrong with them`() throws {
        #expect(
            try AES128Key(hex: "00:11 22-33445566778899AABBCCDDEEff").bytes.hex == "00112233445566778899aabbccddeeff")
        #expect(throws: CipherError.wrongKeyLength(15)) {
            try AES128Key(hex: "00112233445566778899AABBCCDDEE")
        }
        #expect(throws: CipherError.notHexadecimal) { try AES128Key(hex: "00112233445566778899AABBCCDDEEFG") }
        #expect(throws: CipherError.oddDigits(3)) { try AES128Key(hex: "001") }
    }

    @Test func `a key never shows itself in a log`() throws {
        let key = try AES128Key(hex: "00112233445566778899AABBCCDDEEFF")
        var dumped = ""
        dump(key, to: &dumped)
        for text in ["\(key)", String(reflecting: key), dumped] {
            #expect(!text.lowercased().contains("1122") && !text.contains("17") && !text.contains("34"))
        }
    }
}
