import BridgeConfiguration
import ConfigurationText
import FoundationEssentials
package import LinuxHardware

/// `[influx]`: a database of series that is told what changes.
package struct InfluxConfiguration: Sendable {
    package var address: WebAddress
    package var authorities: String?
    /// Where lines are written, with their query.
    var target: String
    var login: [(name: String, value: String)]

    /// By which the store knows it.
    package var name: String { "influx \(address.name) \(target)" }

    /// - Returns: nil when there is none, or a mistake was told.
    init?(_ table: ConfigurationTable, folder: String, secrets: SecretSources) {
        guard table.line != nil else { return nil }
        let place = ServerPlace(table, port: 8_086, secure: "https", plain: "http", path: "", folder: folder)
        let (bucket, database) = (table.string("bucket"), table.string("database"))
        let organization = table.string("organization")
        let token = SecretFile.password("token", in: table, from: secrets)
        let user = table.string("user")
        let password = SecretFile.password("password", in: table, from: secrets)
        if (bucket == nil) == (database == nil) {
            table.refuse(
                bucket == nil ? nil : "database", "needs one of bucket (InfluxDB 2 and 3) and database (InfluxDB 1)")
        }
        if organization != nil, bucket == nil { table.refuse("organization", "goes with a bucket") }
        if bucket != nil, token == nil, !table.holds("token_file"), !table.holds("token") {
            table.missing("token_file", "is missing: a file with a token that may write to the bucket")
        }
        if password != nil, user == nil { table.refuse("password", "needs a user") }
        table.finish()
        guard let place else { return nil }
        (address, authorities) = (place.address, place.authorities)
        if let bucket {
            let owner = organization.map { "&org=\(Self.escaped($0))" } ?? ""
            target = "/api/v2/write?precision=ns&bucket=\(Self.escaped(bucket))\(owner)"
        } else {
            target = "/write?precision=ns&db=\(Self.escaped(database ?? ""))"
        }
        login = []
        if let token { login = [("Authorization", "Token \(token)")] }
        if let user {
            let pair = Data("\(user):\(password ?? "")".utf8).base64EncodedString()
            login = [("Authorization", "Basic \(pair)")]
        }
    }

    /// RFC 3986, 2.1.
    private static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            let scalar = UnicodeScalar(byte)
            let isPlain =
                byte < 128 && (scalar.properties.isAlphabetic || "0123456789-._~".unicodeScalars.contains(scalar))
            return isPlain ? String(scalar) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }
}
