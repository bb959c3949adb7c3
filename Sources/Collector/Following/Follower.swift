package import CollectorStore
import HardwareInterfaces

/// Somebody else who gets what changes.
package protocol Follower: AnyObject {
    /// - Throws: when it is not known to have all of them but those of ``refused`` registers.
    func deliver(_ days: [UnsentDay]) throws(FollowerError)
    /// Registers, by their numbers, that it did not take: they were told, and are not tried before the next connection.
    var refused: Set<Int64> { get }
}

/// Why nothing could be delivered.
package struct FollowerError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }

    init(_ error: HardwareError) { description = error.message }

    init(_ error: ProfileStoreError) { description = error.description }
}
