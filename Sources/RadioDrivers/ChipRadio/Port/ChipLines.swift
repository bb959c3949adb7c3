package import HardwareInterfaces
import Timekeeping

/// The lines by which a chip tells that something happened. The kernel stamps their edges.
package struct ChipLines {
    /// Rises when a frame is out or in; nil where the board does not wire it.
    package let done: (any EdgePin)?
    /// Rises when a window closed without a frame, and when a ``PacketFIFO`` wants to be served; nil where the board does
    /// not wire it.
    package let closing: (any EdgePin)?

    package init(done: (any EdgePin)?, closing: (any EdgePin)?) {
        self.done = done
        self.closing = closing
    }

    /// Of a chip that tells everything by one line.
    package init(one: (any EdgePin)?) {
        self.init(done: one, closing: one)
    }

    /// Whether ``done`` rises for an empty window too.
    var areOne: Bool { done.map { $0 === closing } ?? false }

    var all: [any EdgePin] { areOne ? [done].compactMap { $0 } : [done, closing].compactMap { $0 } }
}
