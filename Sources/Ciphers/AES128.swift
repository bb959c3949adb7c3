internal import COpenSSL

/// The AES-128 block cipher (FIPS 197), one block at a time.
///
/// Not `Sendable`: an instance keeps OpenSSL's working state. Make one for each owner.
public final class AES128 {
    private let encryption: OpaquePointer
    private let decryption: OpaquePointer

    public init(_ key: AES128Key) throws(CipherError) {
        encryption = try Self.context(key, encrypting: true)
        do {
            decryption = try Self.context(key, encrypting: false)
        } catch {
            EVP_CIPHER_CTX_free(encryption)
            throw error
        }
    }

    deinit {
        EVP_CIPHER_CTX_free(encryption)
        EVP_CIPHER_CTX_free(decryption)
    }

    /// Encrypts whole blocks, each by itself (ECB, as LoRaWAN builds its keystream and join-accept from).
    /// - Returns: as many bytes as went in, or nil when their number is no multiple of 16.
    public func encrypt(blocks: [UInt8]) -> [UInt8]? { run(encryption, blocks) }

    /// Decrypts whole blocks, each by itself.
    /// - Returns: as many bytes as went in, or nil when their number is no multiple of 16.
    public func decrypt(blocks: [UInt8]) -> [UInt8]? { run(decryption, blocks) }

    private static func context(_ key: AES128Key, encrypting: Bool) throws(CipherError) -> OpaquePointer {
        guard let context = EVP_CIPHER_CTX_new() else { throw .libraryFailed("EVP_CIPHER_CTX_new") }
        guard EVP_CipherInit_ex(context, EVP_aes_128_ecb(), nil, key.bytes, nil, encrypting ? 1 : 0) == 1,
            EVP_CIPHER_CTX_set_padding(context, 0) == 1
        else {
            EVP_CIPHER_CTX_free(context)
            throw .libraryFailed("AES-128-ECB")
        }
        return context
    }

    private func run(_ context: OpaquePointer, _ input: [UInt8]) -> [UInt8]? {
        guard input.count % 16 == 0, let length = Int32(exactly: input.count) else { return nil }
        var done = false
        let output = [UInt8](unsafeUninitializedCapacity: input.count) { buffer, count in
            var written: Int32 = 0
            done = EVP_CipherUpdate(context, buffer.baseAddress, &written, input, length) == 1 && written == length
            count = done ? input.count : 0
        }
        return done ? output : nil
    }
}
