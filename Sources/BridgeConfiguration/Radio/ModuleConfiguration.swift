package import HardwareInterfaces
import LoRaWAN
package import RadioDrivers

/// A module with a MAC of its own on a serial port: type = "rn2483" and its like.
package struct ModuleConfiguration<Make: ModuleMake>: Sendable {
    /// /dev/serial0
    package var device: String
    /// The pin at the module's RESET; nil when it is not wired.
    package var reset: GPIOAddress?

    package init(device: String, reset: GPIOAddress?) {
        self.device = device
        self.reset = reset
    }
}

extension ModuleConfiguration: RadioKind {
    package static var name: String { Make.typeName }
    package static var macVersion: ModuleMACVersion? { Make.version }

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
        neighbours.lorawan.check(Make.self, neighbours.lorawanTable)
        guard !device.hasPrefix("/dev/spi") else {
            return neighbours.table.refuse(
                "device",
                "\(device) is an SPI bus, and a module is on a serial port: for a chip on SPI set type to \"sx127x\" or "
                    + "\"sx126x\"")
        }
        guard let meter = neighbours.meters.first(where: { $0.input == device }) else { return }
        neighbours.table.refuse(
            "device", "\(device) is the meter \(meter.name)'s: each needs a port of its own")
    }

    package var pins: [GPIOAddress] { [reset].compactMap { $0 } }
    /// A module opens its windows by itself.
    package var isTimeCritical: Bool { false }
    package var conductedPower: ClosedRange<Int> { Make.conductedPower }
}

extension LoRaWANConfiguration {
    /// What a module's own MAC can't do.
    /// - Parameter table: [lorawan].
    fileprivate func check(_ make: any ModuleMake.Type, _ table: ConfigurationTable) {
        if !make.regions.contains(region.name) {
            table.refuse(
                "region",
                "no \(make.title) can do \(region.name), but \(make.regions.joined(separator: ", ")): use another radio"
            )
        }
        if deviceClass != .a {
            table.refuse("class", "\"C\" is not supported with [radio] type = \"\(make.typeName)\": use \"A\"")
        }
        if certificationMode {
            table.refuse("certification", "is not for [radio] type = \"\(make.typeName)\": the module has its own MAC")
        }
        if case .personalized = activation, !make.takesGivenSessions {
            table.refuse(
                "activation",
                "\"abp\" is not supported with [radio] type = \"\(make.typeName)\", whose frame counters can't be set: "
                    + "use \"otaa\"")
        }
    }
}
