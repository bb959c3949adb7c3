import Timekeeping

/// A date and time of COSEM, twelve octets: year (two), month, day, weekday, hour, minute, second, hundredths, deviation of UTC
/// from local time in minutes (two), status (DLMS UA 1000-1, 4.1.6.1).
struct COSEMTime: Hashable {
    static let length = 12

    /// As if the local time were UTC.
    private let localSeconds: Int
    /// Minutes to add to local time for UTC; nil when the meter leaves it open.
    private let deviation: Int?
    /// Whether summer time is in force, by the status octet; nil when that is undefined.
    private let isSummer: Bool?

    /// Nil when these octets are no date that a meter can mean.
    init?(_ bytes: some RandomAccessCollection<UInt8>) {
        let octets = [UInt8](bytes)
        guard octets.count == Self.length else { return nil }
        let year = Int(octets[0]) << 8 | Int(octets[1])
        let (month, day, hour, minute) = (Int(octets[2]), Int(octets[3]), Int(octets[5]), Int(octets[6]))
        // FF leaves the second open.
        let second = octets[7] == 0xFF ? 0 : Int(octets[7])
        guard (2005...2069).contains(year), (1...12).contains(month), day >= 1,
            day <= CivilDate.daysIn(month: month, year: year), hour < 24, minute < 60, second < 60
        else { return nil }
        let days = CivilDate.daysSince1970(year: year, month: month, day: day)
        localSeconds = days * 86_400 + hour * 3_600 + minute * 60 + second
        let minutes = Int(Int16(bitPattern: UInt16(octets[9]) << 8 | UInt16(octets[10])))
        deviation = (-840...840).contains(minutes) ? minutes : nil
        isSummer = octets[11] == 0xFF ? nil : octets[11] & 0x80 != 0
    }

    /// Seconds since 1970.
    /// - Parameter zone: the meter's, where it leaves the deviation open. Summer time is in force then when the status says so, and
    ///   when the European Union's rule does: meters that leave one open often leave the other at zero.
    func seconds(in zone: MeterTimeZone) -> Int {
        if let deviation { return localSeconds + deviation * 60 }
        let offset = zone == .easternEuropean ? 7_200 : 3_600
        let winter = localSeconds - offset
        let summer = winter - 3_600
        if isSummer == true { return summer }
        return Self.isSummerInUnion(summer) ? summer : winter
    }

    /// From the last Sunday of March to that of October, 01:00 UTC (Directive 2000/84/EC).
    private static func isSummerInUnion(_ seconds: Int) -> Bool {
        let year = CivilDate(daysSince1970: seconds / 86_400).year
        return seconds >= lastSunday(of: 3, year) && seconds < lastSunday(of: 10, year)
    }

    private static func lastSunday(of month: Int, _ year: Int) -> Int {
        let last = CivilDate.daysSince1970(year: year, month: month, day: 31)
        // 1 January 1970 was a Thursday.
        return (last - (last + 4) % 7) * 86_400 + 3_600
    }
}
