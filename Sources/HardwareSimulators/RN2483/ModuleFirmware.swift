import Timekeeping

/// A firmware as its version behaves.
public struct ModuleFirmware: Hashable, Sendable {
    public let banner: String
    let hasCounters: Bool
    let statusDigits: Int
    /// What the module needs to begin measuring the speed.
    let shortestBreak: TimeSpan
    /// The highest data rate that a default channel's range may have.
    let fastestDefault: Int
    var plan = ModulePlan.eu868

    public static let v095 = ModuleFirmware(
        banner: "RN2483 0.9.5 Mar 24 2015 14:15:33", hasCounters: false, statusDigits: 4,
        shortestBreak: .microseconds(938), fastestDefault: 7)
    public static let v100 = ModuleFirmware(
        banner: "RN2483 1.0.0 Sep 25 2015 09:59:08", hasCounters: true, statusDigits: 4,
        shortestBreak: .microseconds(938), fastestDefault: 7)
    public static let v101 = ModuleFirmware(
        banner: "RN2483 1.0.1 Dec 15 2015 09:38:09", hasCounters: true, statusDigits: 8,
        shortestBreak: .microseconds(938), fastestDefault: 7)
    public static let v103 = ModuleFirmware(
        banner: "RN2483 1.0.3 Mar 22 2017 06:00:42", hasCounters: true, statusDigits: 8,
        shortestBreak: .milliseconds(15), fastestDefault: 7)
    /// An RN2483A.
    public static let v105 = ModuleFirmware(
        banner: "RN2483 1.0.5 Oct 31 2018 15:06:52", hasCounters: true, statusDigits: 8,
        shortestBreak: .microseconds(938), fastestDefault: 5)
    /// An RN2903 for North America.
    public static let us915 = ModuleFirmware(
        banner: "RN2903 1.0.5 Nov 06 2018 10:45:27", hasCounters: true, statusDigits: 8,
        shortestBreak: .microseconds(938), fastestDefault: 3, plan: .us915)
    /// An RN2903 for Australia.
    public static let au915 = ModuleFirmware(
        banner: "RN2903 AU 1.0.5 Nov 06 2018 10:45:27", hasCounters: true, statusDigits: 8,
        shortestBreak: .microseconds(938), fastestDefault: 5, plan: .au915)
}

extension ModuleFirmware: CustomStringConvertible {
    public var description: String { banner }
}
