package import HardwareInterfaces
import LoRaWAN
package import Timekeeping

/// Semtech SX1276, SX1277, SX1278, SX1279 and the modules made of them (RFM95, RFM96), and SX1272 and SX1273.
package typealias SX127x = ChipRadio<SX127xChip>

extension ChipRadio where Chip == SX127xChip {
    package typealias Configuration = SX127xChip.Configuration
    package typealias Model = SX127xChip.Model
    package typealias PowerOutput = SX127xChip.PowerOutput

    /// - Parameters:
    ///   - reset: NRESET; nil where the board does not wire it.
    ///   - dio0: nil where the board does not wire it.
    ///   - dio1: nil where the board does not wire it.
    ///   - pause: lets the time given pass; used at start and in recovery only. In virtual time it moves the clock.
    package convenience init(
        bus: any SPIBus, reset: (any OutputPin)? = nil, dio0: (any EdgePin)? = nil, dio1: (any EdgePin)? = nil,
        configuration: Configuration = Configuration(), pause: @escaping (TimeSpan) -> Void
    ) {
        self.init(
            SX127xChip(
                bus: bus, reset: reset, lines: ChipLines(done: dio0, closing: dio1), output: configuration.output,
                syncWord: configuration.syncWord, pause: pause), margins: configuration.margins)
    }

    /// Which chip answered; nil before the first start.
    package var model: Model? { chip.model }
    /// Whether a pulse on the reset line reset the chip; nil where no line is configured, or before the first start.
    package var isResetWired: Bool? { chip.isResetWired }
    /// Degrees Celsius when it was measured last, by the chip's sensor (see ``temperature(at:)``).
    package var lastTemperature: Int? { chip.lastTemperature }
}
