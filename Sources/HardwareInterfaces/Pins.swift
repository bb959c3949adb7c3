package import Timekeeping

/// A pin that the board drives.
package protocol OutputPin: AnyObject {
    /// Drives the pin, or lets it float.
    func set(_ level: PinLevel) throws(HardwareError)
}

package enum PinLevel: Hashable, Sendable {
    case low, high
    /// High-impedance: the SX127x wants NRESET released so, the P1 request line is never pulled to ground.
    case floating
}

/// The resistor inside the board that holds an input while nothing drives it.
package enum PinPull: String, Hashable, Sendable, CaseIterable {
    case asIs = "as-is"
    case none, up, down
}

/// A pin that is looked at.
package protocol InputPin: AnyObject {
    func isHigh() throws(HardwareError) -> Bool
}

/// A pin whose edges the kernel time-stamps.
package protocol EdgePin: AnyObject {
    /// Readable (POLLIN) while an edge waits; nil when the pin is simulated.
    var pollDescriptor: Int32? { get }
    /// The oldest edge not taken yet, or nil. Does not block.
    func nextEdge() throws(HardwareError) -> PinEdge?
}

package struct PinEdge: Hashable, Sendable {
    package let rising: Bool
    /// When the edge came, by the kernel's time stamp, not by when it was read.
    package let at: MonotonicInstant

    package init(rising: Bool, at: MonotonicInstant) {
        self.rising = rising
        self.at = at
    }
}
