import MeterValues

/// One line of a telegram, read: plain numbers and places in the text, so that a telegram of 64 objects costs one
/// allocation for all of them, in 32 bytes each.
struct ObjectRecord: Sendable {
    enum Kind: UInt8, Sendable {
        /// `coefficient`, `decimals` and `unit` hold the value.
        case quantity
        /// `stamp` holds the value, its seconds 0 when it says "never".
        case time
        /// The value is the text between the parentheses.
        case text
        /// The same, of characters also where P1 prints octets under this code: mode D does.
        case characters
        /// Several values, kept as they are printed.
        case list
    }

    var code: OBISCode
    var coefficient: Int64 = 0
    /// Where the first `(` stands, and the place behind the last `)`.
    var valuesStart: UInt32
    var valuesEnd: UInt32 = 0
    /// The object's own time stamp; its seconds are 0 when it has none.
    var stamp = MeterTimeStamp()
    var decimals: UInt8 = 0
    var unit: MeterUnit = .none
    var kind: Kind = .text
}
