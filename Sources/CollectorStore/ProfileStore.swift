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
