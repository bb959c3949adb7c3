import HardwareSimulators
import MeterValues

@testable import UplinkPayload

/// Fields for the registers of an intervals report.
func registers(_ codes: [String], resolution: String = "0.001") throws -> [Field] {
    try codes.map { try FieldRequest($0, resolution: Resolution(resolution)).field() }
}

let fourRegisters = ["1-0:1.8.0", "1-0:2.8.0", "0-1:24.2.1", "0-2:24.2.1"]

extension IntervalHistory {
    /// A history in which anything may happen: gaps, series that end, zeros, uses of every size.
    static func random(
        of fields: [Field], boundaries: Int, using random: inout SeededRandom
    ) -> IntervalHistory {
        let newest = QuarterHour(number: .random(in: 0..<1 << 21, using: &random))
        let wildness = Int.random(in: 0...3, using: &random)
        let entries = fields.map { field -> [IntervalEntry] in
            let greatest = Int64(field.absent) * (field.unitsPerStep ?? 1) - 1
            var value = Int64.random(in: 0...greatest, using: &random)
            var (series, isKnown) = (UInt32(9_000), true)
            return (0..<boundaries).compactMap { age in
                let use: Int64 =
                    switch Int.random(in: 0..<8, using: &random) {
                    case 0 where wildness > 2: .random(in: 0...greatest, using: &random)
                    case 0...2 where wildness > 0: .random(in: 0...3_000, using: &random)
                    case 3 where wildness > 1: .random(in: 0...100_000, using: &random)
                    case 4...5: 0
                    default: .random(in: 0...60, using: &random)
                    }
                if wildness > 1, Int.random(in: 0..<20, using: &random) == 0 { isKnown.toggle() }
                if value < use || wildness > 1 && Int.random(in: 0..<30, using: &random) == 0 {
                    value = .random(in: 0...greatest, using: &random)
                    series -= 1
                } else {
                    value -= use
                }
                guard isKnown else { return nil }
                return IntervalEntry(
                    boundary: QuarterHour(number: newest.number - Int64(age)), value: value, series: series)
            }
        }
        return IntervalHistory(newest: newest, entries: entries)
    }

    /// What a decoder must give for the newest `boundaries` of this history: registers in whole steps, and series with
    /// numbers that say only where a new one begins.
    func sent(as fields: [Field], boundaries: Int) -> IntervalHistory {
        let sent = zip(fields, registers).map { field, places -> [IntervalEntry?] in
            let scale = field.unitsPerStep ?? 1
            var (last, series): (IntervalEntry?, UInt32) = (nil, 0)
            return (0..<boundaries).map { age in
                guard age < places.count, let entry = places[age] else { return nil }
                if let last, last.series != entry.series { series += 1 }
                last = entry
                return IntervalEntry(boundary: entry.boundary, value: entry.value / scale * scale, series: series)
            }
        }
        return IntervalHistory(newest: newest, registers: sent)
    }
}
