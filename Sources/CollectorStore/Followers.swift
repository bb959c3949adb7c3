package import Timekeeping

/// A day of a register that a follower has not got as it is now.
package struct UnsentDay: Hashable, Sendable {
    package var register: StoredRegister
    /// The network server's name of the device.
    package var deviceName: String
    /// Of UTC, since 2020.
    package var day: Int64
    /// Of the entry; nil for a day that was there before the follower came, and is told of in its turn.
    var version: Int64?
}

/// How it stands with a follower.
package struct StoredFollower: Hashable, Sendable {
    package var name: String
    /// When it took something last, or there was nothing to take.
    package var servedAt: UTCInstant
    /// Days of registers that changed and that it has not got; what was there before it came is not among them.
    package var unsent: Int
}

extension [UnsentDay] {
    /// What changed, and of what is old the rest.
    func joined(by older: [UnsentDay]) -> [UnsentDay] {
        let known = Set(map { DayPlace(register: $0.register.id, day: $0.day) })
        return self + older.filter { !known.contains(DayPlace(register: $0.register.id, day: $0.day)) }
    }
}

/// Others that get what changes: a database of series, a home automation. Each change stays noted until they have it, also while
/// they or this program are away.
package protocol FollowedStore: AnyObject, Sendable {
    /// From now on changes are noted for it; everything that there is comes first for one that is new.
    /// - Parameter name: the same for ever; another place is another name.
    func follow(_ name: String, at now: UTCInstant) throws(ProfileStoreError)
    /// In the order of their names.
    func followers() throws(ProfileStoreError) -> [StoredFollower]
    /// What it has not got: changes first, then what was there before it came.
    func unsent(_ name: String, most: Int) throws(ProfileStoreError) -> [UnsentDay]
    /// It has these as they were when ``unsent(_:most:)`` gave them; what changed since stays noted.
    func settle(_ days: [UnsentDay], of name: String, at now: UTCInstant) throws(ProfileStoreError)
    /// Notes all days of a register from one on, for they mean something else now.
    func resend(_ register: StoredRegister, from day: Int64, to name: String) throws(ProfileStoreError)
    /// Followers that nobody served for long are forgotten: they would get everything again.
    func dropFollowers(notServedSince time: UTCInstant) throws(ProfileStoreError)
    /// What is remembered under a name; nil for nothing.
    func memory(_ name: String) throws(ProfileStoreError) -> [UInt8]?
    /// A name that begins with a DevEUI goes with that device.
    func remember(_ content: [UInt8], as name: String) throws(ProfileStoreError)
}
