package import HardwareInterfaces

/// Asks a bus which radio chip is at it, by two reads that change nothing in either family: for a board of which nobody knows
/// what is on it.
package enum ChipProbe {
    package enum Family: Hashable, Sendable {
        case sx127x(SX127xChip.Model)
        /// With what the chip says it is: an SX1262 says SX1261, too.
        case sx126x(String)
    }

    /// - Returns: nil when no chip answers as one of these does.
    package static func ask(_ bus: any SPIBus) throws(RadioError) -> Family? {
        // RegVersion. The first bit says that it is a read; to an SX126x it is no command.
        let version = try bus.exchange([0x42, 0x00])[1]
        if let model = SX127xChip.Model(version: version) { return .sx127x(model) }
        // ReadRegister 0x0320, sixteen characters. To an SX127x it is a read of register 0x1D and those behind it. Twice: a
        // chip that slept is woken by the first.
        for _ in 0..<2 {
            let answer = try bus.exchange([0x1D, 0x03, 0x20] + [UInt8](repeating: 0, count: 17))
            let text = answer.dropFirst(4).prefix { (0x20...0x7E).contains($0) }
            let name = String(decoding: text, as: UTF8.self)
            if name.hasPrefix("SX126") || name.hasPrefix("LLCC68") {
                return .sx126x(String(name.prefix { $0 != " " }))
            }
        }
        return nil
    }
}
