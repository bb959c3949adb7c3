import ConfigurationText
package import HardwareInterfaces
package import LoRaWAN
package import RadioDrivers

/// type = "sx126x": a chip on an SPI bus.
package struct SX126xConfiguration: Sendable {
    /// /dev/spidev0.0
    package var device: String
    /// Hertz.
    package var speed: Int
    /// A gpiochip by path, name or label, or ``GPIOAddress/header``.
    package var gpioChip: String
    /// The line at NSS; nil for the chip select of `device`.
    package var selectLine: Int?
    /// The line at NRST; nil when it is not wired.
    package var resetLine: Int?
    /// The line at BUSY: without it the chip can't be driven.
    package var busyLine: Int
    /// The line at DIO1; nil when it is not wired, the chip is polled then.
    package var dio1Line: Int?
    /// Lines of the antenna's switch, high while the radio hears and sends; nil where there is none.
    package var receiveLine: Int?
    package var transmitLine: Int?
    /// Held high as long as the program runs.
    package var highLines: [Int]
    package var chip: SX126xChip.Configuration
}

extension SX126xConfiguration: RadioKind {
    package static let name = "sx126x"
    package static var chip: (any RadioChip.Type)? { SX126xChip.self }
    package static var parts: [String] { ["sx1262", "sx1261", "sx1268", "llcc68"] }
    package static var boards: [BoardChoice] {
        SX126xBoard.all.map {
            BoardChoice(
                name: $0.name, title: $0.title, device: $0.selectLine == nil ? "/dev/spidev0.0" : nil,
                hasAmplifier: $0.hasAmplifier)
        }
    }

    package init?(_ table: ConfigurationTable) {
        let board = table.board("board", among: SX126xBoard.all, by: \.name) ?? .bareModule
        let busy = table.line("busy_line", default: board.busyLine)
        if busy == nil { table.refuse("busy_line", "has to be wired: an SX126x takes commands only while it is low") }
        let gain = table.integer("pa_gain", in: 0...20)
        if board.hasAmplifier, gain == nil {
            table.refuse(
                table.holds("pa_gain") ? nil : "board",
                "\"\(board.name)\" has an amplifier behind the chip: say with pa_gain by how many dB it adds, as its "
                    + "datasheet has it, so that no more than the law's power is sent")
        }
        let oscillator = table.choice("tcxo", Oscillator.self) ?? (board.hasTCXO ? .mv1800 : .none)
        self.init(
            device: table.string("device") ?? "/dev/spidev0.0",
            speed: table.integer("spi_hz", in: 100_000...10_000_000) ?? 2_000_000,
            gpioChip: table.string("gpio_chip") ?? GPIOAddress.header,
            selectLine: table.line("select_line", default: board.selectLine),
            resetLine: table.line("reset_line", default: board.resetLine), busyLine: busy ?? board.busyLine,
            dio1Line: table.line("dio1_line", default: board.dio1Line),
            receiveLine: table.line("rxen_line", default: board.receiveLine),
            transmitLine: table.line("txen_line", default: board.transmitLine),
            highLines: table.integers("high_lines") ?? board.highLines,
            chip: SX126xChip.Configuration(
                part: (table.choice("part", Part.self) ?? .sx1262).part, oscillator: oscillator.voltage,
                switchesByDIO2: table.boolean("dio2_switch") ?? board.switchesByDIO2,
                hasCoil: table.choice("regulator", Regulator.self) ?? .dcDC == .dcDC, amplifierGain: gain ?? 0))
        if highLines.contains(where: { !(0...1023).contains($0) }) {
            table.refuse("high_lines", "are GPIO numbers, 0 to 1023")
        }
        if Set(lines).count != lines.count { table.refuse(nil, "one GPIO is named for two wires of the radio") }
    }

    package func check(_ neighbours: RadioNeighbours) {
        let (lorawan, region) = (neighbours.lorawan, neighbours.lorawan.region)
        guard chip.part == .llcc68 else { return }
        let limit = "an LLCC68 has SF5 to SF9 at 125 kHz, to SF10 at 250 and to SF11 at 500"
        guard canDo(lorawan.secondWindow, of: region) else {
            return neighbours.table.refuse(
                "part",
                "\(limit): it can't hear the second window of \(region.name), which has "
                    + "\(region.modulation(of: lorawan.secondWindow).map { "\($0)" } ?? "\(lorawan.secondWindow)"); use a board with an "
                    + "SX1262, or a session of a network that has a faster one (activation = \"abp\", rx2_data_rate)")
        }
        guard !lorawan.adaptiveDataRate, let rate = lorawan.dataRate, canDo(rate, of: region) else {
            let fast = region.uplinkDataRates.filter { canDo($0, of: region) }.map { "\($0.index)" }
            return neighbours.lorawanTable.refuse(
                "data_rate",
                "\(limit): the network must not order a slower data rate, so set adr = false and data_rate to one of "
                    + fast.joined(separator: ", "))
        }
    }

    package func canDo(_ rate: DataRate, of region: Region) -> Bool {
        guard case .lora(let lora)? = region.modulation(of: rate) else { return true }
        return chip.part.canDo(lora)
    }

    private enum Oscillator: String, CaseIterable {
        case none
        case mv1600 = "1.6"
        case mv1700 = "1.7"
        case mv1800 = "1.8"
        case mv2200 = "2.2"
        case mv2400 = "2.4"
        case mv2700 = "2.7"
        case mv3000 = "3.0"
        case mv3300 = "3.3"

        /// In the order of the chip's codes.
        var voltage: SX126xChip.OscillatorVoltage? {
            guard self != .none, let index = Self.allCases.firstIndex(of: self) else { return nil }
            return SX126xChip.OscillatorVoltage(rawValue: UInt8(index - 1))
        }
    }

    private enum Part: String, CaseIterable {
        case sx1261, sx1262, sx1268, llcc68

        var part: SX126xChip.Part {
            switch self {
            case .sx1261: .sx1261
            case .sx1262: .sx1262
            case .sx1268: .sx1268
            case .llcc68: .llcc68
            }
        }
    }

    private enum Regulator: String, CaseIterable {
        case dcDC = "dc-dc"
        case ldo
    }

    private var lines: [Int] {
        [selectLine, resetLine, busyLine, dio1Line, receiveLine, transmitLine].compactMap { $0 } + highLines
    }

    package var pins: [GPIOAddress] {
        lines.filter { $0 >= 0 }.map { GPIOAddress(chip: gpioChip, line: UInt32(clamping: $0)) }
    }

    package var isTimeCritical: Bool { true }
    package var conductedPower: ClosedRange<Int> { chip.power }
}

extension LoRaWANConfiguration {
    /// The data rate of RX2, as far as it is known before anybody is heard.
    fileprivate var secondWindow: DataRate {
        guard case .personalized(let session) = activation else { return region.rx2DataRate }
        return session.rx2DataRate ?? region.rx2DataRate
    }
}
