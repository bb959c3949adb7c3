package import BridgeConfiguration
package import HardwareInterfaces
import LinuxHardware
package import RadioDrivers

/// The ways in which radios are served: a kind that joins one of them needs nothing else in the service, the doctor or on the
/// bench.
package enum RadioFamily {
    /// A transceiver chip, with our MAC.
    case chip(any ChipKind)
    /// A module with a MAC of its own.
    case module(any ModuleKind)
    case gateway(UDPGatewayConfiguration)
    /// Lives in the simulated world of the command line.
    case simulated
}

/// A kind of radio whose devices can be opened.
package protocol ServedRadio: RadioKind {
    var family: RadioFamily { get }
}

extension RadioKind {
    /// - Throws: where ``RadioKinds`` has a kind that is none of ``ServedRadio``.
    package func family() throws(RadioError) -> RadioFamily {
        guard let radio = self as? any ServedRadio else {
            throw RadioError("there is no driver for [radio] type = \"\(Self.name)\"")
        }
        return radio.family
    }
}

/// A transceiver chip on an SPI bus.
package protocol ChipKind: ServedRadio {
    /// "SX127x", for messages.
    var chipName: String { get }
    /// What a chip that answers does not tell, for people; nil where nothing is left open.
    var remark: String? { get }
    /// /dev/spidev0.0
    var device: String { get }
    var gpioChip: String { get }
    /// The line at NRESET; nil when it is not wired.
    var resetLine: Int? { get }
    /// The line that tells the end of a frame; nil when it is not wired.
    var edgeLine: Int? { get }
    /// Opens its devices.
    /// - Parameters:
    ///   - lateness: what was measured of the thread that will serve it.
    ///   - syncWord: of the network that it is for.
    func open(lateness: WindowLateness, syncWord: SyncWord) throws(HardwareError) -> any BenchRadio
}

extension ChipKind {
    package var family: RadioFamily { .chip(self) }
    package var remark: String? { nil }

    func address(_ line: Int) -> GPIOAddress { GPIOAddress(chip: gpioChip, line: UInt32(line)) }

    /// An output at a line; nil where there is none.
    func output(_ line: Int?, initially level: PinLevel) throws(HardwareError) -> GPIOOutput? {
        guard let line else { return nil }
        return try GPIOOutput(address(line), initially: level)
    }

    /// The edges of a line; nil where there is none.
    func edges(_ line: Int?) throws(HardwareError) -> GPIOEdges? {
        guard let line else { return nil }
        return try GPIOEdges(address(line))
    }
}
