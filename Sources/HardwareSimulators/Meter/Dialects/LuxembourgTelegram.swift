package import Timekeeping

/// Writes the telegrams of a Luxembourg smarty (Luxmetering E-Meter P1 Specification 1.1.3, 3.3 and appendix A).
package struct LuxembourgTelegram: Sendable {
    package enum List: Hashable, Sendable {
        /// What a meter sends by default.
        case standard
        /// Every object of the specification, with the M-Bus channels that there are.
        case full
    }

    /// What stands behind the `/`.
    package var identification = "Lux5\\253694471_M"
    /// 16 characters.
    package var logicalDeviceName: String
    package var list: List
    /// What the grid operator writes to the customer (0-0:96.13.0 and .2 to .5), up to 1024 octets each.
    package var messages: [String] = []

    package init(logicalDeviceName: String = "SAG1030700331421", list: List = .standard) {
        self.logicalDeviceName = logicalDeviceName
        self.list = list
    }

    /// The telegram from `/` to the line end behind the CRC.
    package func bytes(_ registers: MeterRegisters, at time: UTCInstant) -> [UInt8] {
        sheet(registers, at: time).bytes
    }

    func sheet(_ registers: MeterRegisters, at time: UTCInstant) -> TelegramSheet {
        var lines = TelegramSheet(identification: identification)
        lines.add("1-3:0.2.8(42)")
        lines.add("0-0:1.0.0(\(LocalStamp.centralEuropean(time)))")
        lines.add("0-0:42.0.0(\(octets(logicalDeviceName)))")
        lines.add("1-0:1.8.0", registers.energyImport, 10, 3, "kWh")
        lines.add("1-0:2.8.0", registers.energyExport, 10, 3, "kWh")
        if list == .full {
            lines.add("1-0:3.8.0", registers.reactiveImport, 10, 3, "kvarh")
            lines.add("1-0:4.8.0", registers.reactiveExport, 10, 3, "kvarh")
        }
        lines.add("1-0:1.7.0", registers.powerImport, 6, 3, "kW")
        lines.add("1-0:2.7.0", registers.powerExport, 6, 3, "kW")
        if list == .full {
            addReactiveAndApparent(registers, to: &lines)
            addEventCounters(to: &lines)
        }
        for (index, suffix) in ["0", "2", "3", "4", "5"].enumerated() where list == .full || index == 0 {
            lines.add("0-0:96.13.\(suffix)(\(index < messages.count ? octets(messages[index]) : ""))")
        }
        for (phase, code) in zip(registers.phases, [32, 52, 72]) {
            lines.add("1-0:\(code).7.0", phase.decivolts, 5, 1, "V")
        }
        for (phase, code) in zip(registers.phases, [31, 51, 71]) {
            lines.add("1-0:\(code).7.0", phase.amperes, 3, 0, "A")
        }
        addPhasePowers(registers, to: &lines)
        if list == .full { addChannels(registers, at: time, to: &lines) }
        return lines
    }

    private func addReactiveAndApparent(_ registers: MeterRegisters, to lines: inout TelegramSheet) {
        let reactive = registers.phases.map(\.reactivePower)
        lines.add("1-0:3.7.0", reactive.reduce(0) { $0 + max(0, $1) }, 6, 3, "kvar")
        lines.add("1-0:4.7.0", reactive.reduce(0) { $0 + max(0, -$1) }, 6, 3, "kvar")
        lines.add("0-0:17.0.0(069.0*kVA)")
        lines.add("1-0:9.7.0", registers.powerImport, 6, 3, "kVA")
        lines.add("1-0:10.7.0", registers.powerExport, 6, 3, "kVA")
        lines.add("1-1:31.4.0(100*A)(-063*A)")
        lines.add("0-0:96.3.10(1)")
        lines.add("0-1:96.3.10(0)")
        lines.add("0-2:96.3.10(0)")
    }

    private func addEventCounters(to lines: inout TelegramSheet) {
        lines.add("0-0:96.7.21(00099)")
        for event in [32, 36] {
            for phase in [32, 52, 72] { lines.add("1-0:\(phase).\(event).0(00002)") }
        }
    }

    private func addPhasePowers(_ registers: MeterRegisters, to lines: inout TelegramSheet) {
        for (phase, code) in zip(registers.phases, [21, 41, 61]) {
            lines.add("1-0:\(code).7.0", max(0, phase.activePower), 6, 3, "kW")
        }
        for (phase, code) in zip(registers.phases, [22, 42, 62]) {
            lines.add("1-0:\(code).7.0", max(0, -phase.activePower), 6, 3, "kW")
        }
        guard list == .full else { return }
        for (phase, code) in zip(registers.phases, [23, 43, 63]) {
            lines.add("1-0:\(code).7.0", max(0, phase.reactivePower), 6, 3, "kvar")
        }
        for (phase, code) in zip(registers.phases, [24, 44, 64]) {
            lines.add("1-0:\(code).7.0", max(0, -phase.reactivePower), 6, 3, "kvar")
        }
    }

    /// M-Bus meters are heard once an hour; what they said stands there until the next time.
    private func addChannels(_ registers: MeterRegisters, at time: UTCInstant, to lines: inout TelegramSheet) {
        let heard = UTCInstant(secondsSince1970: time.secondsSince1970 / 3_600 * 3_600)
        for (index, channel) in registers.channels.enumerated() {
            let number = index + 1
            let unit = channel.medium == .heat ? "GJ" : "m3"
            lines.add("0-\(number):24.1.0(\(digits(channel.medium.rawValue, 3)))")
            lines.add("0-\(number):96.1.0(\(octets(channel.identifier)))")
            lines.add(
                "0-\(number):24.2.1(\(LocalStamp.centralEuropean(heard)))", channel.value, 9, 3, unit)
            lines.add("0-\(number):24.4.0(1)")
        }
    }
}
