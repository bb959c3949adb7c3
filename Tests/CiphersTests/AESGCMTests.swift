import Ciphers
import Testing

@Suite struct AESGCMTests {
    let key: AES128Key
    let cipher: AESGCM
    let vector = [UInt8](0..<12)
    let additional = [UInt8](100..<117)

    init() throws {
        key = try AES128Key(hex: "000102030405060708090A0B0C0D0E0F")
        cipher = try AESGCM(key)
    }

    /// NIST SP 800-38D test case 4 (AES-128, 60 bytes of plaintext, 20 of additional data), its tag cut to 12 bytes.
    @Test func `the published vector opens with the first 12 bytes of its tag`() throws {
        let cipher = try AESGCM(AES128Key(hex: "feffe9928665731c6d6a8f9467308308"))
        let frame = try #require(
            [UInt8](
                hex: "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
                    + "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091" + "5bc94fbc3221a5db94fae95a"))
        let vector = try #require([UInt8](hex: "cafebabefacedbaddecaf888"))
        let additional = try #require([UInt8](hex: "feedfacedeadbeeffeedfacedeadbeefabaddad2"))
        var plaintext: [UInt8] = []
        #expect(
            cipher.open(
                frame, ciphertext: 0..<60, tag: 60..<72, vector: vector, authenticating: additional, into: &plaintext))
        #expect(
            plaintext.hex == "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39")
    }

    @Test(arguments: [0, 1, 15, 16, 17, 617, 11_729])
    func `what is sealed opens`(count: Int) throws {
        let message = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let sealed = try #require(cipher.seal(message, vector: vector, authenticating: additional))
        #expect(sealed.count == count + 12)
        var plaintext: [UInt8] = [1, 2, 3]
        #expect(
            cipher.open(
                sealed, ciphertext: 0..<count, tag: count..<count + 12, vector: vector, authenticating: additional,
                into: &plaintext))
        #expect(plaintext == message)
    }

    @Test func `a flipped bit anywhere fails the tag, and a wrong authentication key still yields the plaintext`()
        throws
    {
        let message = [UInt8]("/SAG5SAG-METER".utf8)
        let sealed = try #require(cipher.seal(message, vector: vector, authenticating: additional))
        var plaintext: [UInt8] = []
        for index in sealed.indices {
            var damaged = sealed
            damaged[index] ^= 0x10
            #expect(
                !cipher.open(
                    damaged, ciphertext: 0..<14, tag: 14..<26, vector: vector, authenticating: additional,
                    into: &plaintext))
        }
        #expect(
            !cipher.open(
                sealed, ciphertext: 0..<14, tag: 14..<26, vector: vector, authenticating: [0], into: &plaintext))
        #expect(plaintext == message)
    }

    @Test func `ranges and vectors of a wrong size are refused`() {
        var plaintext: [UInt8] = []
        let frame = [UInt8](repeating: 0, count: 20)
        #expect(
            !cipher.open(frame, ciphertext: 0..<21, tag: 8..<20, vector: vector, authenticating: [], into: &plaintext))
        #expect(
            !cipher.open(frame, ciphertext: 0..<8, tag: 8..<19, vector: vector, authenticating: [], into: &plaintext))
        #expect(!cipher.open(frame, ciphertext: 0..<8, tag: 8..<20, vector: [1], authenticating: [], into: &plaintext))
        #expect(cipher.seal([1], vector: [1], authenticating: []) == nil)
    }
}
