package import Timekeeping

/// The kinds of P1 text that are in the field.
package enum MeterDialect: String, Hashable, Sendable, CaseIterable {
    /// Luxmetering 1.1.3, the default list and the full one.
    case luxembourg, luxembourgFull
    /// The Netherlands: DSMR P1 Companion Standard 2.2, 3.0, 4.2 and 5.0.
    case dsmr22, dsmr30, dsmr42, dsmr50
    /// e-MUCS 1.7.1.
    case belgium
    /// The Swedish industry's recommendation for HAN-P1.
    case sweden
    /// Sagemcom T210-D-r: whole Wh, W and var.
    case austria
    case lithuania, hungary
    /// EasyMeter Q3D: `*255` behind each code, seven decimals, no checksum.
    case easyMeter

    /// Whether its telegrams close with a CRC-16.
    package var hasChecksum: Bool { self != .dsmr22 && self != .dsmr30 && self != .easyMeter }

    /// Whether its telegrams tell the time.
    package var hasClock: Bool { hasChecksum }

    /// The telegram of this dialect at a time.
    /// - Parameter habits: in what it differs from the book.
    package func bytes(_ registers: MeterRegisters, at time: UTCInstant, habits: Set<MeterHabit> = []) -> [UInt8] {
        var sheet = sheet(registers, at: time)
        for habit in MeterHabit.allCases where habits.contains(habit) { habit.apply(to: &sheet) }
        return sheet.bytes
    }

    private func sheet(_ registers: MeterRegisters, at time: UTCInstant) -> TelegramSheet {
        switch self {
        case .luxembourg: LuxembourgTelegram(list: .standard).sheet(registers, at: time)
        case .luxembourgFull: LuxembourgTelegram(list: .full).sheet(registers, at: time)
        case .dsmr22: DutchTelegram.old(registers, at: time, version: 2)
        case .dsmr30: DutchTelegram.old(registers, at: time, version: 3)
        case .dsmr42: DutchTelegram.new(registers, at: time, version: 42)
        case .dsmr50: DutchTelegram.new(registers, at: time, version: 50)
        case .belgium: BelgianTelegram.sheet(registers, at: time)
        case .sweden: SwedishTelegram.sheet(registers, at: time)
        case .austria: AustrianTelegram.sheet(registers, at: time)
        case .lithuania: LithuanianTelegram.sheet(registers, at: time)
        case .hungary: HungarianTelegram.sheet(registers, at: time)
        case .easyMeter: EasyMeterTelegram.sheet(registers, at: time)
        }
    }
}
