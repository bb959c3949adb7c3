import BridgeConfiguration
package import HardwareInterfaces
import LinuxHardware
package import RadioDrivers
import Timekeeping

extension SX126xConfiguration: ChipKind {
    package var chipName: String { "SX126x" }

    package var remark: String? {
        let (own, other) = chip.part == .sx1261 ? ("SX1261", "SX1262") : ("SX1262", "SX1261")
        guard chip.part == .sx1261 || chip.part == .sx1262 else { return nil }
        return
            "taken for an \(own) as configured; an \(other) answers alike, and its amplifier is set otherwise: look at what is "
            + "printed on the module, and correct part if it differs"
    }
    package var edgeLine: Int? { dio1Line }

    package func open(lateness: WindowLateness, syncWord: SyncWord) throws(HardwareError) -> any BenchRadio {
        var held: [GPIOOutput] = []
        for line in highLines { held += [try output(line, initially: .high)].compactMap { $0 } }
        let bus = try SPIDevice(
            path: device, speed: UInt32(speed), chipSelect: try output(selectLine, initially: .high))
        var chip = chip
        chip.margins.lateness = lateness
        chip.syncWord = syncWord
        return SX126x(
            bus: bus,
            wiring: SX126xChip.Wiring(
                busy: try GPIOInput(address(busyLine)), reset: try output(resetLine, initially: .floating),
                dio1: try edges(dio1Line), receiveSwitch: try output(receiveLine, initially: .low),
                transmitSwitch: try output(transmitLine, initially: .low), held: held),
            configuration: chip, pause: { Pause.sleep($0) })
    }
}
