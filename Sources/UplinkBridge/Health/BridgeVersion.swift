import CBuild
package import UplinkPayload

/// The program's version: the one place of it. The newest entry of `Packaging/debian/changelog` has the same.
package enum BridgeVersion {
    package static let current = BridgeHealth.Version(0, 1, 0)
    package static let text = "\(current.major).\(current.minor).\(current.patch)"
    /// The commit of a packaged program, with a + behind it where files were changed; nil in a build by hand.
    package static let commit: String? = {
        let commit = String(cString: p1lora_commit())
        return commit.isEmpty ? nil : commit
    }()
    /// "0.1.0 (3f2a91c04d5e)"
    package static let withCommit = commit.map { "\(text) (\($0))" } ?? text
}
