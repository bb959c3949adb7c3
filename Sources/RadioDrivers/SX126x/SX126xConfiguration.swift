package import HardwareInterfaces
package import LoRaWAN

extension SX126xChip {
    /// Which chip it is. An SX1261 and an SX1262 answer alike, and the wrong amplifier's settings may damage it: so it has to
    /// be named.
    package enum Part: String, Hashable, Sendable, CaseIterable {
        case sx1261 = "SX1261"
        case sx1262 = "SX1262"
        case sx1268 = "SX1268"
        case llcc68 = "LLCC68"

        /// dBm that the chip itself can give.
        package var power: ClosedRange<Int> { self == .sx1261 ? -17...15 : -9...22 }

        /// The slowest LoRa that it does: an LLCC68 has SF9 at 125 kHz, SF10 at 250 and SF11 at 500.
        package func canDo(_ lora: Modulation.LoRa) -> Bool {
            guard self == .llcc68 else { return true }
            switch lora.bandwidth {
            case .khz125: return lora.spreadingFactor <= 9
            case .khz250: return lora.spreadingFactor <= 10
            case .khz500: return lora.spreadingFactor <= 11
            }
        }
    }

    /// Millivolts that DIO3 gives a temperature-compensated oscillator.
    package enum OscillatorVoltage: UInt8, Hashable, Sendable, CaseIterable {
        case mv1600, mv1700, mv1800, mv2200, mv2400, mv2700, mv3000, mv3300
    }

    package struct Configuration: Hashable, Sendable {
        package var part: Part
        /// nil for a crystal.
        package var oscillator: OscillatorVoltage?
        /// DIO2 switches the antenna between receiver and amplifier.
        package var switchesByDIO2: Bool
        /// The board has the coil of the DC-DC regulator.
        package var hasCoil: Bool
        /// Decibels that an amplifier behind the chip adds, 0 to 20.
        package var amplifierGain: Int
        package var margins: WindowMargins
        package var syncWord = SyncWord.publicNetwork

        /// - Parameter amplifierGain: moved into 0 to 20.
        package init(
            part: Part = .sx1262, oscillator: OscillatorVoltage? = .mv1800, switchesByDIO2: Bool = true,
            hasCoil: Bool = true, amplifierGain: Int = 0, margins: WindowMargins = WindowMargins()
        ) {
            self.part = part
            self.oscillator = oscillator
            self.switchesByDIO2 = switchesByDIO2
            self.hasCoil = hasCoil
            self.amplifierGain = max(0, min(amplifierGain, 20))
            self.margins = margins
        }

        /// dBm that the board can put out.
        package var power: ClosedRange<Int> {
            part.power.lowerBound + amplifierGain...part.power.upperBound + amplifierGain
        }
    }

    /// What of the chip's pins the board wires.
    package struct Wiring {
        /// Low while the chip takes commands.
        package let busy: any InputPin
        /// NRST; nil where the board does not wire it.
        package let reset: (any OutputPin)?
        /// nil where the board does not wire it.
        package let dio1: (any EdgePin)?
        /// Switches of the antenna, high when it is to receive and to transmit.
        package let receiveSwitch: (any OutputPin)?
        package let transmitSwitch: (any OutputPin)?
        /// Outputs that keep their level as long as the radio is used.
        package let held: [any OutputPin]

        package init(
            busy: any InputPin, reset: (any OutputPin)? = nil, dio1: (any EdgePin)? = nil,
            receiveSwitch: (any OutputPin)? = nil, transmitSwitch: (any OutputPin)? = nil,
            held: [any OutputPin] = []
        ) {
            self.busy = busy
            self.reset = reset
            self.dio1 = dio1
            self.receiveSwitch = receiveSwitch
            self.transmitSwitch = transmitSwitch
            self.held = held
        }
    }
}

extension SX126xChip {
    /// ReadRegister 0x0320, sixteen characters. To an SX127x it is a read of register 0x1D and those behind it. Twice: a chip
    /// that slept is woken by the first.
    package static func answer(on bus: any SPIBus) throws(RadioError) -> ChipAnswer? {
        for _ in 0..<2 {
            let answer = try bus.exchange([0x1D, 0x03, 0x20] + [UInt8](repeating: 0, count: 17))
            let text = String(decoding: answer.dropFirst(4).prefix { (0x20...0x7E).contains($0) }, as: UTF8.self)
            let said = String(text.prefix { $0 != " " })
            if said.hasPrefix("LLCC68") { return ChipAnswer(title: said, said: said) }
            if said.hasPrefix("SX126") { return ChipAnswer(title: "SX126x", said: said) }
        }
        return nil
    }
}
