import Glibc
import HardwareSimulators
import MeterValues
import Timekeeping
import UplinkPayload

/// How many bits a quarter-hour takes in an intervals report, beside the bounds that the project has set itself, and how
/// long coding takes.
enum IntervalBenchmarks {
    /// A year of one kind of house, or half of it.
    private struct House {
        let name: String
        let profile: HouseholdProfile
        /// Day of the year on which it begins.
        let firstDay: Int64
    }

    private static let days: Int64 = 120
    private static let houses = [
        House(name: "a flat", profile: HouseholdProfile(seed: 5), firstDay: 30),
        House(name: "heat pump, winter", profile: HouseholdProfile(seed: 7, with: [.heatPump]), firstDay: 0),
        House(name: "heat pump, summer", profile: HouseholdProfile(seed: 7, with: [.heatPump]), firstDay: 150),
        House(name: "car", profile: HouseholdProfile(seed: 11, with: [.car]), firstDay: 200),
        House(
            name: "panels, summer", profile: HouseholdProfile(seed: 8, solarPeakWatts: 6_000), firstDay: 120),
        House(
            name: "panels, pump, car",
            profile: HouseholdProfile(seed: 4, solarPeakWatts: 9_000, with: [.heatPump, .car]), firstDay: 200),
    ]

    static func sizes() throws -> [String] {
        var lines = [
            "bits for a quarter-hour: of the coded series alone (bound: 5 % above the entropy of its first differences)",
            "and all-in, with tag, time and register, in frames of 222 and 51 bytes (bounds: 9.0 and 10.3 for 8.3 bits)",
            "house, registers, step".padding(40) + " entropy" + "  bound  in 222   in 51"
                + "    222 B (bound)    51 B (bound)",
        ]
        for house in houses {
            let registers = registers(of: house)
            for (name, codes) in [("import", [0]), ("export", [1]), ("both", [0, 1])] {
                guard codes == [0] || registers[1].last?.value != registers[1].first?.value else { continue }
                for (step, scale) in [("0.001", Int64(1)), ("0.01", 10), ("0.1", 100)] {
                    let fields = try codes.map {
                        try FieldRequest("1-0:\($0 + 1).8.0", resolution: Resolution(step)).field()
                    }
                    let entropy = codes.map { self.entropy(registers[$0].map { $0.value / scale }) }.reduce(0, +)
                    var line =
                        "\(house.name), \(name), \(step) kWh".padding(40) + decimal(entropy, 8)
                        + decimal(entropy * 1.05, 7)
                    var allIn = ""
                    for limit in [222, 51] {
                        let (coded, all) = try bits(codes.map { registers[$0] }, fields, limit: limit)
                        line += decimal(coded, 8)
                        let header = Double(33 + 30 * codes.count)
                        let goal =
                            (limit == 222 ? 9.0 : 10.3) / 8.3 * entropy * (Double(8 * limit) - 63)
                            / (Double(8 * limit) - header)
                        allIn += decimal(all, 9) + " (" + decimal(goal, 5) + ")"
                    }
                    lines.append(line + allIn)
                }
            }
        }
        return lines
    }

    static func speeds() throws -> [Benchmark] {
        let registers = registers(of: houses[4])
        return try [[0], [0, 1]].flatMap { codes in
            let fields = try codes.map { try FieldRequest("1-0:\($0 + 1).8.0").field() }
            let layout = try IntervalLayout(fields: fields, avoiding: [])
            let entries = codes.map { Array(registers[$0].suffix(1_000)) }
            let newest = entries[0][entries[0].count - 1].boundary
            let history = IntervalHistory(newest: newest, entries: entries)
            let frame = layout.encode(history, meter: 0, limit: 222)?.bytes ?? []
            let name = codes.count == 1 ? "import" : "import and export"
            return [
                Benchmark(name: "intervals encode \(name)", thing: "frame", bytes: frame.count) { repetitions in
                    for _ in 0..<repetitions where layout.encode(history, meter: 0, limit: 222) == nil {
                        print("empty")
                    }
                },
                Benchmark(name: "intervals decode \(name)", thing: "frame", bytes: frame.count) { repetitions in
                    for _ in 0..<repetitions where (try? layout.decode(frame, meters: ["main"])) == nil { print("bad") }
                },
            ]
        }
    }

    /// Of import and export, oldest first.
    private static func registers(of house: House) -> [[IntervalEntry]] {
        let start = UTCInstant(secondsSince1970: 1_798_761_600) + .hours(24 * house.firstDay)
        let meter = SimulatedMeter(household: house.profile, sealer: nil, startingAt: start)
        var registers: [[IntervalEntry]] = [[], []]
        for quarter in 0...days * 96 {
            let time = start + .minutes(15 * quarter)
            meter.advance(to: time)
            for (index, value) in [meter.registers.energyImport, meter.registers.energyExport].enumerated() {
                registers[index].append(
                    IntervalEntry(boundary: QuarterHour(atOrBefore: time), value: value + 12_345_678, series: 0))
            }
        }
        return registers
    }

    /// Sends all of it, frame behind frame, each from nothing.
    private static func bits(
        _ registers: [[IntervalEntry]], _ fields: [Field], limit: Int
    ) throws -> (coded: Double, all: Double) {
        let layout = try IntervalLayout(fields: fields, avoiding: [])
        let overhead = 33 + fields.reduce(0) { $0 + $1.width }
        var (end, frames, bytes) = (registers[0].count - 1, 0, 0)
        while end > 0 {
            let entries = registers.map { Array($0[max(0, end - 1_023)...end]) }
            let history = IntervalHistory(newest: registers[0][end].boundary, entries: entries)
            guard let encoded = layout.encode(history, meter: 0, limit: limit), encoded.boundaries > 1 else { break }
            end -= encoded.boundaries - 1
            frames += 1
            bytes += encoded.bytes.count
        }
        let quarters = Double(registers[0].count - 1 - end)
        return (Double(8 * bytes - frames * overhead) / quarters, Double(8 * bytes) / quarters)
    }

    /// Bits, of the differences between the uses of two quarter-hours that follow each other, as often as each occurs.
    private static func entropy(_ registers: [Int64]) -> Double {
        let uses = zip(registers.dropFirst(), registers).map { $0 - $1 }
        var counts: [Int64: Int] = [:]
        for (use, before) in zip(uses.dropFirst(), uses) { counts[use - before, default: 0] += 1 }
        let total = Double(uses.count - 1)
        return counts.values.reduce(0) { $0 - Double($1) / total * log2(Double($1) / total) }
    }

    private static func decimal(_ number: Double, _ width: Int) -> String {
        let hundredths = Int((number * 100).rounded())
        let fraction = String(hundredths % 100)
        return "\(hundredths / 100).\(fraction.count == 1 ? "0" : "")\(fraction)".padding(width, left: true)
    }
}
