package import HardwareInterfaces

extension SX127xChip {
    /// The two families of the chip, told apart by their version register.
    package enum Model: String, Hashable, Sendable, CaseIterable {
        /// SX1276, SX1277, SX1278, SX1279, RFM95, RFM96.
        case sx1276 = "SX1276"
        /// SX1272, SX1273: 860 to 1020 MHz, another layout of the modem's registers, reset by a high level (datasheet
        /// 7.2.2; RadioLib 124).
        case sx1272 = "SX1272"

        /// - Parameter version: 0x12 for an SX1276, 0x11 and 0x13 for modules with its like, 0x22 for an SX1272.
        init?(version: UInt8) {
            switch version {
            case 0x11, 0x12, 0x13: self = .sx1276
            case 0x22: self = .sx1272
            default: return nil
            }
        }

        /// What the reset line is driven to.
        var resetLevel: PinLevel { self == .sx1276 ? .low : .high }
        /// RegFrfMsb after a reset: 434 or 915 MHz.
        var carrierAfterReset: UInt8 { self == .sx1276 ? 0x6C : 0xE4 }
        var amplifierDAC: SX127xRegister { self == .sx1276 ? .amplifierDAC : .amplifierDAC1272 }
        /// In the lower band and in the 868 MHz band, where the chip has both.
        var calibrationCarriers: [Int] { self == .sx1276 ? [434_000_000, 868_000_000] : [868_000_000] }

        /// dBm of a strength register that reads 0 (datasheets 5.5.5 and 5.5.3).
        func strengthOffset(frequency: Int) -> Int {
            switch self {
            case .sx1276: frequency < 525_000_000 ? -164 : -157
            case .sx1272: -139
            }
        }
    }

    /// RegVersion. The first bit says that it is a read; to a chip of another kind it is no command.
    package static func answer(on bus: any SPIBus) throws(RadioError) -> ChipAnswer? {
        Model(version: try bus.exchange([0x42, 0x00])[1]).map { ChipAnswer(title: $0.rawValue, said: $0.rawValue) }
    }
}
