public import Timekeeping

/// What a meter said at one time, in the form the other rooms work with: quantities by OBIS code.
///
/// A telegram becomes one; so do pulse counters.
public struct Reading: Sendable {
    /// When it was measured: the meter's own clock where it is sane, else when the telegram came.
    public var time: UTCInstant
    /// What the registers show, by their codes.
    public var quantities: [OBISCode: Quantity]

    /// For quantities that were measured at another time: when an M-Bus meter was last heard, when a peak occurred.
    public var ownTimes: [OBISCode: UTCInstant]

    /// What it said in characters: its names, messages to the customer.
    public var texts: [OBISCode: String] = [:]

    /// A reading of a meter.
    public init(time: UTCInstant, quantities: [OBISCode: Quantity], ownTimes: [OBISCode: UTCInstant] = [:]) {
        self.time = time
        self.quantities = quantities
        self.ownTimes = ownTimes
    }
}
