package import HardwareInterfaces
import LoRaWAN
import RadioDrivers

/// type = "rn2483": a module with a MAC of its own on a serial port.
package struct RN2483Configuration: Sendable {
    /// /dev/serial0
    package var device: String
    /// The pin at the module's RESET; nil when it is not wired.
    package var reset: GPIOAddress?
}

extension RN2483Configuration: RadioKind {
    package static let name = "rn2483"
    package static let hasOwnMAC = true

    package init?(_ table: ConfigurationTable) {
        let device = table.required(
            "device",
            "is missing: the serial port that the module is on, \"/dev/serial0\" at the Raspberry Pi's header or "
                + "\"/dev/serial/by-id/...\" of a USB adapter")
        let chip = table.string("gpio_chip") ?? GPIOAddress.header
        let reset = table.line("reset_line", default: nil)
        guard let device else { return nil }
        self.init(device: device, reset: reset.map { GPIOAddress(chip: chip, line: UInt32($0)) })
    }

    package func check(_ neighbours: RadioNeighbours) {
        neighbours.lorawan.checkModule(neighbours.lorawanTable)
        guard let meter = neighbours.meters.first(where: { $0.input == device }) else { return }
        neighbours.table.refuse(
            "device", "\(device) is the meter \(meter.name)'s: each needs a port of its own")
    }

    package var pins: [GPIOAddress] { [reset].compactMap { $0 } }
    /// A module opens its windows by itself.
    package var isTimeCritical: Bool { false }
    package var conductedPower: ClosedRange<Int> { SX127x.PowerOutput.boost.range }
}

extension LoRaWANConfiguration {
    /// What a module's own MAC can't do.
    /// - Parameter table: [lorawan].
    fileprivate func checkModule(_ table: ConfigurationTable) {
        let regions = RN2483.regions
        if !regions.contains(region.name) {
            table.refuse(
                "region",
                "no RN2483 or RN2903 can do \(region.name), but \(regions.joined(separator: ", ")): use another radio")
        }
        if deviceClass != .a {
            table.refuse("class", "\"C\" is not supported with [radio] type = \"rn2483\": use \"A\"")
        }
        if certificationMode {
            table.refuse("certification", "is not for [radio] type = \"rn2483\": the module has its own MAC")
        }
    }
}
