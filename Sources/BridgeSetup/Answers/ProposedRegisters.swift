import MeterValues
package import SmartMeter
import Timekeeping

/// The registers that are sent unless somebody chooses others.
package enum ProposedRegisters {
    private static let readings: [(field: String, code: OBISCode)] = [
        ("1-0:1.8.0", OBISCode(1, 0, 1, 8, 0)), ("1-0:2.8.0", OBISCode(1, 0, 2, 8, 0)),
        ("1-0:1.7.0", OBISCode(1, 0, 1, 7, 0)), ("1-0:2.7.0", OBISCode(1, 0, 2, 7, 0)),
    ]
    private static let media: [(field: String, code: OBISCode)] = [
        ("gas", Medium.gas.code()), ("water", Medium.water.code()), ("heat", Medium.heat.code()),
    ]
    /// Registers of which each quarter-hour is of use.
    private static let counted = ["1-0:1.8.0", "1-0:2.8.0", "gas", "water", "heat"]

    /// Those that a telegram has.
    package static func found(in telegram: Telegram) -> [String] {
        var reading = telegram.reading(receivedAt: telegram.time ?? UTCInstant(secondsSince1970: 0))
        reading.addDerived()
        return (readings + media).filter { reading.quantities[$0.code] != nil }.map(\.field)
    }

    static func fields(_ answers: SetupAnswers) -> (readings: [String], intervals: [String]) {
        if answers.meters.isEmpty { return (["1-0:1.8.0"], ["1-0:1.8.0"]) }
        let known = answers.registers ?? readings.map(\.field)
        return (known, Array(counted.filter(known.contains).prefix(4)))
    }
}
