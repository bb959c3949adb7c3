public import Timekeeping

/// What a meter said at one time, in the form the other rooms work with: quantities by OBIS code.
///
/// A telegram becomes one; so do pulse counters.
public struct Reading: Sendable {
    /// When it was measured: the meter's own clock where it is sane, else when the telegram came.
    public var time: UTCInstant
    public var quantities: [OBISCode: Quantity]

    public init(time: UTCInstant, quantities: [OBISCode: Quantity]) {
        self.time = time
        self.quantities = quantities
    }
}
