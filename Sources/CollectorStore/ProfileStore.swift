package import LoadProfile
package import MeterValues
package import ServerEvents
package import Timekeeping

/// Where profiles are kept. Each call is one transaction, and what a write returns of is on the disk.
package protocol ProfileStore: FollowedStore {
    /// Takes in what came, all of it or nothing.
    /// - Returns: what each uplink changed, in their order.
    func write(_ batch: ProfileBatch) throws(ProfileStoreError) -> [UplinkOutcome]
    /// In the order of their EUIs.
    func devices() throws(ProfileStoreError) -> [StoredDevice]
    /// In the order in which they came to be known.
    func registers(of device: DeviceIdentifier) throws(ProfileStoreError) -> [StoredRegister]
    /// - Parameter days: of UTC since 2020; those of which something is known are given.
    func profile(
        of register: StoredRegister, days: ClosedRange<Int64>
    ) throws(ProfileStoreError) -> RegisterProfile
    /// How much of a time is known, of all registers of each device: from the first boundary that is known of a register on.
    func coverage(of range: Range<QuarterHour>) throws(ProfileStoreError) -> [DeviceIdentifier: Coverage]
    /// The last word of each kind of message that is no profile (alarm, status), newest first.
    func messages(of device: DeviceIdentifier, most: Int) throws(ProfileStoreError) -> [StoredMessage]
    func troubles() throws(ProfileStoreError) -> [StoredTrouble]
    /// Everything of a device.
    /// - Returns: false when there is no such device.
    func forget(_ device: DeviceIdentifier) throws(ProfileStoreError) -> Bool
    /// Days of UTC before this one, and messages.
    /// - Returns: how many days of registers there were.
    func forget(before day: Int64) throws(ProfileStoreError) -> Int
    /// A copy of the whole, at one instant, while others write on.
    func backup(to path: String) throws(ProfileStoreError)
    /// What is remembered of what a device was asked for; nil for nothing.
    func requests(of device: DeviceIdentifier) throws(ProfileStoreError) -> [UInt8]?
    func save(requests: [UInt8], of device: DeviceIdentifier) throws(ProfileStoreError)
    /// Whether it is this process that asks the bridges behind a server: one of all that use the store does, and another
    /// when that one is gone.
    /// - Parameter server: the same name for all that listen to it.
    func mayAsk(at server: String) throws(ProfileStoreError) -> Bool
}

/// What is written together.
package struct ProfileBatch: Sendable {
    package var uplinks: [StoredUplink]
    package var troubles: [StoredTrouble]

    package init(uplinks: [StoredUplink] = [], troubles: [StoredTrouble] = []) {
        self.uplinks = uplinks
        self.troubles = troubles
    }

    package var isEmpty: Bool { uplinks.isEmpty && troubles.isEmpty }
}

/// An uplink that was judged and decoded.
package struct StoredUplink: Sendable {
    package var event: UplinkEvent
    /// That of the server's message, or of its arrival where it has none.
    package var receivedAt: UTCInstant
    package var fleet: String
    /// At which it came over MQTT.
    package var topic: String?
    package var registers: [RegisterReport]
    /// What was no profile: its kind and its JSON.
    package var message: (kind: String, json: String)?

    package init(
        event: UplinkEvent, receivedAt: UTCInstant, fleet: String, topic: String? = nil,
        registers: [RegisterReport] = [], message: (kind: String, json: String)? = nil
    ) {
        self.event = event
        self.receivedAt = receivedAt
        self.fleet = fleet
        self.topic = topic
        self.registers = registers
        self.message = message
    }
}

/// What an uplink changed.
package struct UplinkOutcome: Hashable, Sendable {
    /// It had come before. It is taken in all the same, for what it tells may have been forgotten since.
    package var isRepeated = false
    /// Boundaries of registers that are known now and were not.
    package var added = 0
    /// Boundaries at which it says something else than was known, which stays.
    package var contradictions = 0

    package init() {}
}

package struct StoredDevice: Hashable, Sendable {
    package var device: DeviceIdentifier
    package var fleet: String
    package var address: DeviceAddress
    /// At which its uplinks come over MQTT.
    package var topic: String?
    package var heardAt: UTCInstant
    package var tally: FrameTally
    package var radio: UplinkEvent.Radio
}

package struct StoredRegister: Hashable, Sendable {
    /// Of the store; of no meaning elsewhere.
    package var id: Int64
    package var device: DeviceIdentifier
    package var meter: String
    package var name: String
    package var unit: MeterUnit
    /// See `RegisterProfile.coarsestStep`.
    package var coarsestStep: Int64
    /// The first and the last boundary at which it is known.
    package var known: ClosedRange<QuarterHour>
}

package struct StoredMessage: Hashable, Sendable {
    package var kind: String
    package var at: UTCInstant
    package var json: String
}

/// Something that was told and not stored as a value, counted by its kind.
package struct StoredTrouble: Hashable, Sendable {
    package var kind: String
    package var count: Int64
    /// The last of them.
    package var at: UTCInstant
    package var text: String

    package init(kind: String, count: Int64 = 1, at: UTCInstant, text: String) {
        self.kind = kind
        self.count = count
        self.at = at
        self.text = text
    }
}

// MARK: Followers

/// Others that get what changes: a database of series, a home automation. Each change stays noted until they have it, also while
/// they or this program are away.
package protocol FollowedStore: AnyObject, Sendable {
    /// From now on changes are noted for it; everything that there is comes first for one that is new.
    /// - Parameter name: the same for ever; another place is another name.
    func follow(_ name: String, at now: UTCInstant) throws(ProfileStoreError)
    /// In the order of their names.
    func followers() throws(ProfileStoreError) -> [StoredFollower]
    /// What it has not got: changes first, then what was there before it came.
    /// - Parameter refused: registers of which no changes are wanted, by their numbers.
    func unsent(_ name: String, most: Int, without refused: Set<Int64>) throws(ProfileStoreError) -> [UnsentDay]
    /// It has these as they were when ``unsent(_:most:without:)`` gave them; what changed since stays noted.
    /// - Parameter refused: registers of which it has nothing: their days stay noted.
    func settle(
        _ days: [UnsentDay], refused: Set<Int64>, of name: String, at now: UTCInstant
    ) throws(ProfileStoreError)
    /// Notes all days of a register from one on, for they mean something else now.
    func resend(_ register: StoredRegister, from day: Int64, to name: String) throws(ProfileStoreError)
    /// Followers that nobody served for long are forgotten: they would get everything again.
    func dropFollowers(notServedSince time: UTCInstant) throws(ProfileStoreError)
    /// What is remembered under a name; nil for nothing.
    func memory(_ name: String) throws(ProfileStoreError) -> [UInt8]?
    /// A name that begins with a DevEUI goes with that device.
    func remember(_ content: [UInt8], as name: String) throws(ProfileStoreError)
}

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
