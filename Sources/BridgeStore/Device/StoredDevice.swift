import FoundationEssentials
import GRDB
package import Timekeeping

/// The LoRaWAN device in the store.
package struct StoredDevice: Hashable, Sendable {
    /// `DeviceState.encoded()`; nil before the first save.
    package var state: [UInt8]?
    /// Beside the record and not only in it: should the record be damaged, no nonce is used twice all the same.
    package var nextDevNonce: UInt32
    /// `ModuleRecord.encoded`; nil before the first of a module, and where another radio saves: what is there stays.
    package var module: [UInt8]?
    /// Which of two records is the newer; see ``SessionStore``.
    package var sequence: UInt64
    /// On the clock of the boot that the state names; nil when nothing can have been sent since: the service has ended, or is
    /// of an older version.
    package var storedAt: MonotonicInstant?

    package init(
        state: [UInt8]?, nextDevNonce: UInt32, module: [UInt8]? = nil, sequence: UInt64 = 0,
        storedAt: MonotonicInstant? = nil
    ) {
        self.module = module
        self.state = state
        self.nextDevNonce = nextDevNonce
        self.sequence = sequence
        self.storedAt = storedAt
    }

    /// Decoded with care: a damaged file may hold values of any type.
    init(_ row: Row) throws {
        state = try row.decode(Data?.self, forColumn: "state").map { [UInt8]($0) }
        nextDevNonce = UInt32(clamping: try row.decode(Int64.self, forColumn: "next_dev_nonce"))
        module = try row.decode(Data?.self, forColumn: "module").map { [UInt8]($0) }
        sequence = UInt64(clamping: try row.decode(Int64.self, forColumn: "sequence"))
        storedAt = try row.decode(Int64?.self, forColumn: "stored_at").map { MonotonicInstant(nanoseconds: $0) }
    }
}
