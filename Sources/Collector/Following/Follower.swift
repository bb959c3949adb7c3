package import CollectorStore
import HardwareInterfaces

/// Somebody else who gets what changes.
package protocol Follower: AnyObject {
    /// - Returns: of the days those that it has now. What it refuses is told and left out.
    func deliver(_ days: [UnsentDay]) throws(FollowerError) -> [UnsentDay]
}

/// Why nothing could be delivered.
package struct FollowerError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }

    init(_ error: HardwareError) { description = error.message }

    init(_ error: ProfileStoreError) { description = error.description }
}
