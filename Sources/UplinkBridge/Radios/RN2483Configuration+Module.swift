import BridgeConfiguration
import HardwareInterfaces
import LinuxHardware
import RadioDrivers

extension RN2483Configuration: ServedRadio {
    package var family: RadioFamily { .module(self) }

    func openLine() throws(HardwareError) -> SerialPort {
        try SerialPort(path: device, settings: .init(baudRate: RN2483.baudRate))
    }

    /// nil where RESET is not wired.
    func openReset() throws(HardwareError) -> GPIOOutput? {
        guard let reset else { return nil }
        return try GPIOOutput(reset, initially: .floating)
    }
}
