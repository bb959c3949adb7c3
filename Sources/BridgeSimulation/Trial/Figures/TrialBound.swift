import BridgeConfiguration
import Glibc
import LoRaWAN
import Timekeeping
import UplinkBridge
import UplinkPayload

/// How much of what was measured could arrive at best, by arithmetic: the bits of a quarter-hour, and the bits that the
/// air-time has for them.
struct TrialBound {
    /// Of a quarter-hour of all registers: the entropy of the differences between uses that follow each other.
    let bitsOfQuarter: Double
    /// That the air-time of a day carries, in frames as long as the data rate allows, less what each frame says of itself.
    let bitsOfDay: Double

    /// - Parameter dailyAirTime: air-time in 24 hours.
    init?(_ trial: Trial, dataRate: UInt8, dailyAirTime: TimeSpan) {
        let region = trial.configuration.lorawan.region
        guard
            let row = AirTimeTable(region: region, dailyAirTime: dailyAirTime).rows.first(where: {
                $0.dataRate.index == dataRate
            }),
            let airTime = row.airTime(of: row.largestPayload), airTime > .zero,
            let layout = trial.configuration.schema.intervalLayouts.first
        else { return nil }
        bitsOfQuarter = trial.ledger.books.flatMap(\.values).map { Self.entropy($0.boundaries) }.reduce(0, +)
        let registers = layout.fields.reduce(0) { $0 + $1.width }
        let frame = Double(8 * row.largestPayload - 33 - registers)
        bitsOfDay = frame * Double(dailyAirTime.nanoseconds) / Double(airTime.nanoseconds)
        guard bitsOfQuarter > 0 else { return nil }
    }

    /// How often each quarter-hour can be on the air.
    var copies: Double { bitsOfDay / (96 * bitsOfQuarter) }

    /// The best share where each frame decodes alone and nobody tells the sender what came: copies as even as they can be.
    func byRepetition(loss: Double) -> Double {
        let whole = floor(copies)
        let more = copies - whole
        return 1 - (1 - more) * pow(loss, whole) - more * pow(loss, whole + 1)
    }

    /// The best share of any code whatever: what comes through the air at all.
    func byCapacity(loss: Double) -> Double { min(1, (1 - loss) * copies) }

    private static func entropy(_ boundaries: [Int64]) -> Double {
        let uses = zip(boundaries.dropFirst(), boundaries).map { $0 - $1 }
        var counts: [Int64: Int] = [:]
        for (use, before) in zip(uses.dropFirst(), uses) { counts[use - before, default: 0] += 1 }
        let total = Double(max(1, uses.count - 1))
        return counts.values.reduce(0) { $0 - Double($1) / total * log2(Double($1) / total) }
    }
}
