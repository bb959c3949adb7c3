import BridgeConfiguration
import ConfigurationText
package import LinuxHardware
import ServerEvents

/// Where a network server keeps what it had (`storage` of a `[[server]]`).
package enum ServerRecordsPlace: Sendable {
    /// The database of ChirpStack's integration "postgresql".
    case database(String, password: String?)
    /// The Things Stack's storage integration.
    case storage(WebAddress, authorities: String?, application: String, key: String)

    /// - Parameters:
    ///   - user: of the server's broker: The Things Stack's application.
    ///   - password: the same one's, which is an API key there.
    /// - Returns: nil when none is given, or a mistake was told.
    init?(
        _ table: ConfigurationTable, kind: ServerKind, user: String?, password: String?, authorities: String?,
        secrets: SecretSources
    ) {
        let written = table.string("storage")
        let secret = SecretFile.password("storage_password", in: table, from: secrets)
        guard let written else {
            if secret != nil { table.refuse("storage_password", "is for a storage") }
            return nil
        }
        switch kind {
        case .chirpStack:
            guard written.hasPrefix("postgresql://") || written.hasPrefix("postgres://") else {
                table.refuse(
                    "storage", "must be the database of ChirpStack's integration, and begin with postgresql://")
                return nil
            }
            self = .database(written, password: secret)
        case .theThingsStack:
            guard let address = WebAddress(written), address.path.isEmpty else {
                table.refuse(
                    "storage", "\"\(written.shortened)\" must be an address such as https://eu1.cloud.thethings.network"
                )
                return nil
            }
            let application = user.map { String($0.prefix { $0 != "@" }) } ?? ""
            guard !application.isEmpty, application.utf8.allSatisfy(Self.isPlain) else {
                table.refuse("storage", "needs a user: the application")
                return nil
            }
            guard let key = secret ?? password else {
                table.refuse("storage", "needs an API key: password_file, or storage_password_file")
                return nil
            }
            self = .storage(address, authorities: authorities, application: application, key: key)
        }
    }

    /// Of the identifiers of The Things Stack.
    private static func isPlain(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "-")
    }
}
