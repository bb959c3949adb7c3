internal import COpenSSL

/// AES-128-GCM with a 12-byte tag and a 12-byte initialisation vector, as DLMS security suite 0 uses it
/// (Luxmetering 3.2.5). Common libraries fix the tag at 16 bytes, hence OpenSSL.
///
/// Not `Sendable`: an instance keeps OpenSSL's working state.
public final class AESGCM {
    /// Bytes of the authentication tag.
    public static let tagLength = 12
    /// Bytes of the initialisation vector.
    public static let vectorLength = 12

    private let context: OpaquePointer

    public init(_ key: AES128Key) throws(CipherError) {
        guard let context = EVP_CIPHER_CTX_new() else { throw .libraryFailed("EVP_CIPHER_CTX_new") }
        guard EVP_CipherInit_ex(context, EVP_aes_128_gcm(), nil, nil, nil, 1) == 1,
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, Int32(Self.vectorLength), nil) == 1,
            EVP_CipherInit_ex(context, nil, nil, key.bytes, nil, 1) == 1
        else {
            EVP_CIPHER_CTX_free(context)
            throw .libraryFailed("AES-128-GCM")
        }
        self.context = context
    }

    deinit { EVP_CIPHER_CTX_free(context) }

    /// Decrypts `frame[ciphertext]` into `plaintext`, whose content is replaced and whose memory is used again.
    ///
    /// The plaintext is there even when the tag does not match: telling a wrong authentication key from a wrong
    /// encryption key needs it. It is not to be trusted unless the result is true.
    ///
    /// - Parameters:
    ///   - frame: the bytes that hold ciphertext and tag.
    ///   - ciphertext: where the ciphertext stands in `frame`.
    ///   - tag: where the 12 bytes of the tag stand in `frame`.
    ///   - vector: the 12 bytes of the initialisation vector.
    ///   - additional: the data that is authenticated but not encrypted.
    ///   - plaintext: is replaced by what was encrypted.
    /// - Returns: whether the tag matches; false with an empty plaintext when a range or a length is wrong.
    public func open(
        _ frame: [UInt8], ciphertext: Range<Int>, tag: Range<Int>, vector: [UInt8],
        authenticating additional: [UInt8], into plaintext: inout [UInt8]
    ) -> Bool {
        plaintext.removeAll(keepingCapacity: true)
        guard vector.count == Self.vectorLength, tag.count == Self.tagLength,
            ciphertext.lowerBound >= 0, ciphertext.upperBound <= frame.count,
            tag.lowerBound >= 0, tag.upperBound <= frame.count,
            EVP_CipherInit_ex(context, nil, nil, nil, vector, 0) == 1
        else { return false }
        plaintext.append(contentsOf: repeatElement(0, count: ciphertext.count))
        return frame.withUnsafeBufferPointer { frame in
            guard let base = frame.baseAddress,
                process(base + ciphertext.lowerBound, ciphertext.count, additional, &plaintext)
            else { return false }
            let expected = UnsafeMutableRawPointer(mutating: base + tag.lowerBound)
            var finalLength: Int32 = 0
            return EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(Self.tagLength), expected) == 1
                && EVP_CipherFinal_ex(context, &finalBlock, &finalLength) == 1
        }
    }

    /// Encrypts a message: the ciphertext, as long as the message, followed by the 12-byte tag; nil when the vector is
    /// not 12 bytes long or OpenSSL ran out of memory.
    public func seal(_ message: [UInt8], vector: [UInt8], authenticating additional: [UInt8]) -> [UInt8]? {
        guard vector.count == Self.vectorLength, EVP_CipherInit_ex(context, nil, nil, nil, vector, 1) == 1 else {
            return nil
        }
        var output = [UInt8](repeating: 0, count: message.count)
        var tag = [UInt8](repeating: 0, count: Self.tagLength)
        var finalLength: Int32 = 0
        let sealed = message.withUnsafeBufferPointer { message in
            process(message.baseAddress, message.count, additional, &output)
        }
        guard sealed, EVP_CipherFinal_ex(context, &finalBlock, &finalLength) == 1,
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(Self.tagLength), &tag) == 1
        else { return nil }
        return output + tag
    }

    /// GCM writes nothing at the end, but the call wants somewhere to write it.
    private var finalBlock = [UInt8](repeating: 0, count: 16)

    private func process(
        _ input: UnsafePointer<UInt8>?, _ count: Int, _ additional: [UInt8], _ output: inout [UInt8]
    ) -> Bool {
        guard let additionalLength = Int32(exactly: additional.count), let length = Int32(exactly: count) else {
            return false
        }
        var written: Int32 = 0
        guard EVP_CipherUpdate(context, nil, &written, additional, additionalLength) == 1 else { return false }
        guard let input, length > 0 else { return true }
        return EVP_CipherUpdate(context, &output, &written, input, length) == 1 && written == length
    }
}
