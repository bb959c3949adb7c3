import ConfigurationText
package import HardwareInterfaces
package import RadioDrivers

/// type = "sx127x": a chip on an SPI bus.
package struct SX127xConfiguration: Sendable {
    /// /dev/spidev0.0
    package var device: String
    /// Hertz.
    package var speed: Int
    /// A gpiochip by path, name or label, or ``GPIOAddress/header``.
    package var gpioChip: String
    /// The line at NSS; nil for the chip select of `device`.
    package var selectLine: Int?
    /// The line at NRESET; nil when it is not wired.
    package var resetLine: Int?
    /// The line at DIO0; nil when it is not wired, the chip is polled then.
    package var dio0Line: Int?
    /// The line at DIO1; nil when it is not wired.
    package var dio1Line: Int?
    /// The antenna is at PA_BOOST (RFM95 and most boards) and not at RFO.
    package var usesPABoost: Bool
}

extension SX127xConfiguration: RadioKind {
    package static let name = "sx127x"
    package static var chip: (any RadioChip.Type)? { SX127xChip.self }
    package static var boards: [BoardChoice] {
        RadioBoard.all.map {
            BoardChoice(
                name: $0.name, title: $0.title, device: $0.selectLine == nil ? $0.device : nil, hasAmplifier: false)
        }
    }

    package init?(_ table: ConfigurationTable) {
        let board = table.board("board", among: RadioBoard.all, by: \.name) ?? .bareModule
        self.init(
            device: table.string("device") ?? board.device,
            speed: table.integer("spi_hz", in: 100_000...10_000_000) ?? 2_000_000,
            gpioChip: table.string("gpio_chip") ?? GPIOAddress.header,
            selectLine: table.line("select_line", default: board.selectLine),
            resetLine: table.line("reset_line", default: board.resetLine),
            dio0Line: table.line("dio0_line", default: board.dio0Line),
            dio1Line: table.line("dio1_line", default: nil),
            usesPABoost: table.choice("output", PowerOutput.self) ?? .paBoost == .paBoost)
    }

    private enum PowerOutput: String, CaseIterable {
        case paBoost = "pa_boost"
        case rfo
    }

    package var pins: [GPIOAddress] {
        [selectLine, resetLine, dio0Line, dio1Line].compactMap { $0 }
            .map { GPIOAddress(chip: gpioChip, line: UInt32($0)) }
    }

    package var isTimeCritical: Bool { true }
    package var conductedPower: ClosedRange<Int> { output.range }

    package var output: SX127x.PowerOutput { usesPABoost ? .boost : .rfo }
}
