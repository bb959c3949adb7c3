package import HardwareInterfaces
package import Timekeeping

/// Semtech SX1261, SX1262, SX1268 and LLCC68.
package typealias SX126x = ChipRadio<SX126xChip>

extension ChipRadio where Chip == SX126xChip {
    /// - Parameter pause: lets the time given pass. In virtual time it moves the clock.
    package convenience init(
        bus: any SPIBus, wiring: SX126xChip.Wiring, configuration: SX126xChip.Configuration,
        pause: @escaping (TimeSpan) -> Void
    ) {
        self.init(
            SX126xChip(bus: bus, wiring: wiring, configuration: configuration, pause: pause),
            margins: configuration.margins)
    }

    /// Whether a pulse on the reset line reset the chip; nil where no line is configured, or before the first start.
    package var isResetWired: Bool? { chip.isResetWired }
}
