public import Ciphers

/// The two keys of a session (TS001 6.1.2.3).
public struct SessionKeys: Hashable, Sendable {
    /// Frame authentication, and encryption of MAC commands on port 0.
    public let network: AES128Key
    /// Encryption of application data.
    public let application: AES128Key

    /// NwkSKey and AppSKey.
    public init(network: AES128Key, application: AES128Key) {
        self.network = network
        self.application = application
    }

    /// Derives both from the root key (TS001 6.2.6).
    public init(appKey: AES128Key, joinNonce: JoinNonce, netID: NetID, devNonce: DevNonce) throws(CipherError) {
        try self.init(
            cipher: AES128(appKey), joinNonce: joinNonce, netID: netID, devNonce: devNonce)
    }

    init(cipher: AES128, joinNonce: JoinNonce, netID: NetID, devNonce: DevNonce) throws(CipherError) {
        var blocks: [UInt8] = []
        for kind: UInt8 in [1, 2] {
            blocks.append(kind)
            blocks.append(littleEndian: joinNonce.rawValue, bytes: 3)
            blocks.append(littleEndian: netID.rawValue, bytes: 3)
            blocks.append(littleEndian: devNonce.rawValue, bytes: 2)
            blocks.append(littleEndian: 0, bytes: 7)
        }
        guard let keys = cipher.encrypt(blocks: blocks) else { throw .libraryFailed("AES-128-ECB") }
        network = try AES128Key(Array(keys.prefix(16)))
        application = try AES128Key(Array(keys.suffix(16)))
    }
}
