import LoadProfile
import MeterValues
import ServerEvents
import Timekeeping

/// The tables of a store inside one transaction, in the portions that a batch needs.
protocol ProfileTables {
    /// The rows of devices, made where there were none. Nobody else changes what belongs to them until the end.
    func hold(_ devices: [DeviceIdentifier]) throws -> [DeviceIdentifier: DeviceRow]
    /// - Parameter devices: keys of their rows.
    func registers(of devices: [Int64]) throws -> [RegisterPlace: RegisterRow]
    func days(_ places: [DayPlace]) throws -> [DayPlace: [UInt8]]
    func breaks(of registers: [Int64]) throws -> [Int64: [SeriesBreak]]

    func save(_ devices: [DeviceRow]) throws
    /// - Parameter registers: new ones, in the order in which they came to be known.
    /// - Returns: the identifiers that they were given, which rise in that order.
    func insert(_ registers: [(place: RegisterPlace, row: RegisterRow)]) throws -> [RegisterPlace: Int64]
    /// Registers that were there, by their identifiers.
    func save(_ registers: [Int64: RegisterRow]) throws
    func save(_ days: [DayPlace: [UInt8]]) throws
    /// In place of those that the registers had.
    func save(_ breaks: [Int64: [SeriesBreak]]) throws
    func add(_ messages: [MessageRow]) throws
    func add(_ troubles: [StoredTrouble]) throws
    /// Tells those who follow the store of days that were saved in this transaction.
    func mark(_ days: [DayPlace]) throws
}

struct DeviceRow {
    /// Of the table.
    let key: Int64
    /// Seconds since 1970; below all others for a device that was never heard.
    var heardAt: Int64
    var tally: FrameTally
    var recent: RecentUplinks
    /// The newest uplink, where it says anew how things stand.
    var uplink: StoredUplink?

    static let never = Int64.min
}

/// By which a register is known.
struct RegisterPlace: Hashable {
    /// The key of its device.
    let device: Int64
    let meter: String
    let name: String
}

struct RegisterRow {
    /// nil for one that is not in the table.
    var id: Int64?
    var unit: MeterUnit?
    var coarsestStep: Int64
    var known: ClosedRange<QuarterHour>
    var recent: RecentBoundaries
}

struct DayPlace: Hashable {
    let register: Int64
    /// Of UTC, since 2020.
    let day: Int64
}

struct MessageRow {
    let device: Int64
    let at: Int64
    let kind: String
    let json: String
}
