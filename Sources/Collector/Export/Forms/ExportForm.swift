import CollectorStore
import LoadProfile
import MeterValues
import Timekeeping

/// A form that others read: what stands before, between and behind the quarter-hours of registers.
protocol ExportForm {
    /// Whether the form knows a register such as this one; what it does not know is left out, and told.
    func takes(_ register: StoredRegister) -> Bool

    /// What stands before all registers.
    mutating func begin(into bytes: inout [UInt8])
    /// What stands before one register's rows.
    mutating func begin(_ register: StoredRegister, into bytes: inout [UInt8])

    /// - Parameters:
    ///   - register: what is known of it where the quarter-hour begins.
    ///   - quarter: its use in the quarter-hour.
    /// - Returns: whether there is a row of it.
    mutating func append(
        _ start: QuarterHour, _ register: BoundaryState, _ quarter: QuarterState, to bytes: inout [UInt8]
    ) -> Bool

    /// What stands behind one register's rows.
    mutating func end(_ register: StoredRegister, into bytes: inout [UInt8])
    /// What stands behind all.
    mutating func end(into bytes: inout [UInt8])

    /// Whether the quarter-hour that begins with the last register is wanted, of which no use is known yet.
    var hasLastRegister: Bool { get }
}

extension ExportForm {
    func takes(_: StoredRegister) -> Bool { true }
    func begin(into _: inout [UInt8]) {}
    func end(_: StoredRegister, into _: inout [UInt8]) {}
    func end(into _: inout [UInt8]) {}
    var hasLastRegister: Bool { false }
}
