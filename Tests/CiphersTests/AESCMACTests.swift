import Ciphers
import Testing

@Suite struct AESCMACTests {
    /// RFC 4493 section 4. The one instance makes all codes: no state is left over from message to message.
    @Test func `codes equal those of RFC 4493, one instance for all messages`() throws {
        let cmac = try AESCMAC(AES128Key(hex: "2b7e151628aed2a6abf7158809cf4f3c"))
        let message = try #require(
            [UInt8](
                hex: "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
                    + "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"))
        for (count, code) in [
            (0, "bb1d6929e95937287fa37d129b756746"), (16, "070a16b46b4d4144f79bdd9dd04a287c"),
            (40, "dfa66747de9ae63030ca32611497c827"), (64, "51f0bebf7e3b9d92fc49741779363cfe"),
        ] {
            #expect(cmac.code(for: Array(message.prefix(count)))?.hex == code, "\(count) bytes")
        }
    }
}
