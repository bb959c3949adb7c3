internal import COpenSSL

/// AES-CMAC (RFC 4493) with a 128-bit key.
///
/// Not `Sendable`: an instance keeps OpenSSL's working state.
public final class AESCMAC {
    private let keyed: OpaquePointer

    public init(_ key: AES128Key) throws(CipherError) {
        guard let algorithm = EVP_MAC_fetch(nil, "CMAC", nil) else { throw .libraryFailed("CMAC") }
        defer { EVP_MAC_free(algorithm) }
        guard let context = EVP_MAC_CTX_new(algorithm) else { throw .libraryFailed("EVP_MAC_CTX_new") }
        guard p1lora_cmac_init_aes128(context, key.bytes) == 1 else {
            EVP_MAC_CTX_free(context)
            throw .libraryFailed("CMAC with AES-128")
        }
        keyed = context
    }

    deinit { EVP_MAC_CTX_free(keyed) }

    /// The 16-byte code of a message, or nil when OpenSSL ran out of memory.
    public func code(for message: [UInt8]) -> [UInt8]? {
        guard EVP_MAC_init(keyed, nil, 0, nil) == 1, EVP_MAC_update(keyed, message, message.count) == 1 else {
            return nil
        }
        var done = false
        let code = [UInt8](unsafeUninitializedCapacity: 16) { buffer, count in
            var written = 0
            done = EVP_MAC_final(keyed, buffer.baseAddress, &written, 16) == 1 && written == 16
            count = done ? 16 : 0
        }
        return done ? code : nil
    }
}
