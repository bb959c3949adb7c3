public import Timekeeping

/// A pin that the board drives.
public protocol OutputPin: AnyObject {
    /// Drives the pin, or lets it float.
    func set(_ level: PinLevel) throws(HardwareError)
}

public enum PinLevel: Hashable, Sendable {
    case low, high
    /// High-impedance: the SX127x wants NRESET released so, the P1 request line is never pulled to ground.
    case floating
}

/// The resistor inside the board that holds an input while nothing drives it.
public enum PinPull: String, Hashable, Sendable, CaseIterable {
    case asIs = "as-is"
    case none, up, down
}

/// A pin that is looked at.
public protocol InputPin: AnyObject {
    func isHigh() throws(HardwareError) -> Bool
}

/// A pin whose edges the kernel time-stamps.
public protocol EdgePin: AnyObject {
    /// Readable (POLLIN) while an edge waits; nil when the pin is simulated.
    var pollDescriptor: Int32? { get }
    /// The oldest edge not taken yet, or nil. Does not block.
    func nextEdge() throws(HardwareError) -> PinEdge?
}

public struct PinEdge: Hashable, Sendable {
    public let rising: Bool
    /// When the edge came, by the kernel's time stamp, not by when it was read.
    public let at: MonotonicInstant

    public init(rising: Bool, at: MonotonicInstant) {
        self.rising = rising
        self.at = at
    }
}
