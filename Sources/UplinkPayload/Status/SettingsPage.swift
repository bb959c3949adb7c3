/// The settings in force, as a page of a status report.
///
/// | bits | content |
/// | --- | --- |
/// | 13 | the last sequence number carried out; all ones: none yet |
/// | 16 | daily air-time in 0.1 s; all ones: no limit but the law |
/// | 7 | number of the first report that follows, from 1 |
/// | 5 | how many follow |
/// | 1, 16 | of each: whether it is on; its period in 10 s |
enum SettingsPage {
    static let headerWidth = 8 + 13 + 16 + 7 + 5
    static let reportWidth = 17

    static let sequence = NumberField("sequence", width: 13)
    static let dailyAirTime = NumberField("daily_airtime_s", width: 16, resolution: .tenth)

    static func write(_ settings: BridgeSettings, _ reports: Range<Int>, to writer: inout BitWriter) {
        writer.write(sequence.code(for: settings.lastSequence.map(Int64.init)), width: sequence.width)
        writer.write(dailyAirTime.code(for: settings.dailyAirTime.map(Int64.init)), width: dailyAirTime.width)
        let shown = reports.clamped(to: settings.reports.indices)
        writer.write(UInt64(shown.lowerBound + 1), width: 7)
        writer.write(UInt64(shown.count), width: 5)
        for report in settings.reports[shown] {
            writer.write(report.isOn ? 1 : 0, width: 1)
            writer.write(UInt64(truncatingIfNeeded: report.period), width: 16)
        }
    }

    static func read(_ reader: inout PayloadReader) throws(DecodeError) -> [DecodedEntry] {
        var entries = [try reader.value(sequence), try reader.value(dailyAirTime)]
        let first = try reader.integer(7)
        for number in 0..<(try reader.integer(5)) {
            let name = "report\(first + number)"
            entries.append(DecodedEntry("\(name)_on", .flag(try reader.flag())))
            entries.append(DecodedEntry("\(name)_every_s", .whole(try reader.integer(16) * 10)))
        }
        return entries
    }
}
