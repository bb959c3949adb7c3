package import MeterValues
package import SmartMeter

/// What the bridge remembers of a meter from one start to the next.
///
/// It is saved once a quarter-hour, with the entries of that quarter-hour: often enough, for frame counters are set aside on
/// their own, and the newest sample before a power cut is at most fifteen minutes old.
package struct MeterMemory: Hashable, Sendable, Codable {
    /// The newest frame counter of the meter.
    package var replayGuard: ReplayGuard
    package var recorder: IntervalRecorder
    /// Energy above the classes of Luxembourg's 2025 tariff.
    package var referencePower: ReferencePower

    /// Of the day and the month; nil in what was stored before they were counted, and before the first quarter-hour.
    private var imported: PeriodEnergy?
    private var exported: PeriodEnergy?

    /// How often the power had failed, by the meter's count (0-0:96.7.21); nil while it has not told.
    package var powerFailures: Int64?

    /// Of the interval under way and the last one; nil where no report asks for statistics.
    package var statistics: IntervalStatistics?

    /// What was stored of it and can't be read any more; none of it is missed for long.
    private(set) var unreadable: [String] = []

    private enum CodingKeys: CodingKey {
        case replayGuard, recorder, referencePower, imported, exported, powerFailures, statistics
    }

    /// A register's value at a boundary.
    package struct Entry: Hashable, Sendable {
        package let code: OBISCode
        package let interval: IntervalEntry

        package init(code: OBISCode, interval: IntervalEntry) {
            self.code = code
            self.interval = interval
        }
    }

    /// Registers whose quarter-hours are kept in any case. What a meter does not send takes no room.
    static let usualCodes: [OBISCode] =
        (1...4).map { OBISCode(1, 0, $0, 8, 0) }
        + (1...2).flatMap { quantity in (1...4).map { OBISCode(1, 0, quantity, 8, $0) } }
        + (1...4).flatMap { channel in [OBISCode(0, channel, 24, 2, 1), OBISCode(0, channel, 24, 2, 3)] }

    /// - Parameter codes: registers whose quarter-hours are kept beside the usual ones.
    package init(codes: [OBISCode] = []) {
        replayGuard = ReplayGuard()
        recorder = IntervalRecorder(codes: Self.usualCodes + codes)
        referencePower = ReferencePower()
    }

    /// Takes a reading and returns the entries that it completes.
    package mutating func take(_ reading: Reading, meter: String?, in timeZone: MeterTimeZone = .centralEuropean)
        -> [Entry]
    {
        var entries: [Entry] = []
        for outcome in recorder.add(reading, meter: meter) {
            for interval in outcome.entries {
                entries.append(Entry(code: outcome.code, interval: interval))
                if outcome.code == OBISCode(1, 0, 2, 8, 0) {
                    exported = exported?.adding(interval, in: timeZone) ?? PeriodEnergy(interval, in: timeZone)
                }
                guard outcome.code == OBISCode(1, 0, 1, 8, 0) else { continue }
                imported = imported?.adding(interval, in: timeZone) ?? PeriodEnergy(interval, in: timeZone)
                entries += referencePower.add(interval).map { Entry(code: $0.code, interval: $0.entry) }
            }
        }
        return entries
    }

    /// The energy of the day and the month, as far as it is known.
    package func energies(of reading: Reading, in timeZone: MeterTimeZone) -> [OBISCode: Quantity] {
        let ofImport = imported?.quantities(of: 1, in: reading, timeZone) ?? [:]
        return ofImport.merging(exported?.quantities(of: 2, in: reading, timeZone) ?? [:]) { first, _ in first }
    }
}

extension MeterMemory {
    /// - Throws: when frame counter, registers or reference power can't be read. What else is stored with them is begun anew
    ///   then, and told in ``unreadable``.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        replayGuard = try values.decode(ReplayGuard.self, forKey: .replayGuard)
        recorder = try values.decode(IntervalRecorder.self, forKey: .recorder)
        referencePower = try values.decode(ReferencePower.self, forKey: .referencePower)
        var unreadable: [String] = []
        func read<Value: Decodable>(_ key: CodingKeys, _ name: String) -> Value? {
            do {
                return try values.decodeIfPresent(Value.self, forKey: key)
            } catch {
                unreadable.append(name)
                return nil
            }
        }
        imported = read(.imported, "the import of the day and the month")
        exported = read(.exported, "the export of the day and the month")
        powerFailures = read(.powerFailures, "the count of power failures")
        statistics = read(.statistics, "the statistics of the interval")
        self.unreadable = unreadable
    }
}
