import BridgeConfiguration
package import HardwareInterfaces
import LinuxHardware
package import RadioDrivers
import Timekeeping

extension SX127xConfiguration: ChipKind {
    package var chipName: String { "SX127x" }
    package var edgeLine: Int? { dio0Line }

    package func open(lateness: WindowLateness, syncWord: SyncWord) throws(HardwareError) -> any BenchRadio {
        let select = try output(selectLine, initially: .high)
        let bus = try SPIDevice(path: device, speed: UInt32(speed), chipSelect: select)
        let reset = try output(resetLine, initially: .floating)
        var chip = SX127x.Configuration(output: output, lateness: lateness)
        chip.syncWord = syncWord
        return SX127x(
            bus: bus, reset: reset, dio0: try edges(dio0Line), dio1: try edges(dio1Line),
            configuration: chip, pause: { Pause.sleep($0) })
    }
}
