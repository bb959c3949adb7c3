package import BridgeConfiguration
package import HardwareInterfaces
import LinuxHardware
package import RadioDrivers

/// A module on a serial port, with a MAC of its own.
package protocol ModuleKind: ServedRadio {
    static var make: any ModuleMake.Type { get }
    /// The serial port.
    var device: String { get }
    /// The pin at RESET; nil where it is not wired.
    var reset: GPIOAddress? { get }
    init(device: String, reset: GPIOAddress?)
}

extension ModuleConfiguration: ModuleKind {
    package static var make: any ModuleMake.Type { Make.self }
}

extension RadioKinds {
    /// Those that are modules.
    package static var modules: [any ModuleKind.Type] { all.compactMap { $0 as? any ModuleKind.Type } }
}

extension ModuleKind {
    package var make: any ModuleMake.Type { Self.make }
    package var family: RadioFamily { .module(self) }

    func openLine() throws(HardwareError) -> SerialPort {
        try SerialPort(path: device, settings: .init(baudRate: make.baudRate))
    }

    /// nil where RESET is not wired.
    func openReset() throws(HardwareError) -> GPIOOutput? {
        guard let reset else { return nil }
        return try GPIOOutput(reset, initially: .floating)
    }
}
