import Timekeeping

/// A firmware as its version behaves.
package struct ModuleFirmware: Hashable, Sendable {
    package let banner: String
    let hasCounters: Bool
    let statusDigits: Int
    /// What the module needs to begin measuring the speed.
    let shortestBreak: TimeSpan
    /// The highest data rate that a default channel's range may have.
    let fastestDefault: Int
    var plan = ModulePlan.eu868
    /// Of 1.0.5 and after: LoRaWAN 1.0.2 with its steps of 2 dB, `radio get rssi`, `radio rxstop`, and a way of its own to
    /// spell.
    var isRecent = false

    package static let v095 = ModuleFirmware(
        banner: "RN2483 0.9.5 Mar 24 2015 14:15:33", hasCounters: false, statusDigits: 4,
        shortestBreak: .microseconds(938), fastestDefault: 7)
    package static let v100 = ModuleFirmware(
        banner: "RN2483 1.0.0 Sep 25 2015 09:59:08", hasCounters: true, statusDigits: 4,
        shortestBreak: .microseconds(938), fastestDefault: 7)
    package static let v101 = ModuleFirmware(
        banner: "RN2483 1.0.1 Dec 15 2015 09:38:09", hasCounters: true, statusDigits: 8,
        shortestBreak: .microseconds(938), fastestDefault: 7)
    package static let v103 = ModuleFirmware(
        banner: "RN2483 1.0.3 Mar 22 2017 06:00:42", hasCounters: true, statusDigits: 8,
        shortestBreak: .milliseconds(15), fastestDefault: 7)
    /// An RN2483A.
    package static let v105 = ModuleFirmware(
        banner: "RN2483 1.0.5 Oct 31 2018 15:06:52", hasCounters: true, statusDigits: 8,
        shortestBreak: .microseconds(938), fastestDefault: 5, isRecent: true)
    /// An RN2903 for North America.
    package static let us915 = ModuleFirmware(
        banner: "RN2903 1.0.5 Nov 06 2018 10:45:27", hasCounters: true, statusDigits: 8,
        shortestBreak: .microseconds(938), fastestDefault: 3, plan: .us915, isRecent: true)
    /// An RN2903 for Australia, with the data rates of 2016: DR0 is SF10.
    package static let sa103 = ModuleFirmware(
        banner: "RN2903 SA1.0.3 Aug 09 2017 15:11:09", hasCounters: true, statusDigits: 8,
        shortestBreak: .milliseconds(15), fastestDefault: 3, plan: .au915of2016)
    /// An RN2903 for Australia.
    package static let au915 = ModuleFirmware(
        banner: "RN2903 AU 1.0.5 Nov 06 2018 10:45:27", hasCounters: true, statusDigits: 8,
        shortestBreak: .microseconds(938), fastestDefault: 5, plan: .au915, isRecent: true)
}

extension ModuleFirmware {
    /// dBm by power index.
    var powers: [Int: Int] {
        guard !plan.isFixed else { return [5: 20, 6: 18, 7: 16, 8: 14, 9: 12, 10: 10] }
        // Index 0 can be ordered by the network alone.
        return isRecent
            ? [0: 16, 1: 14, 2: 12, 3: 10, 4: 8, 5: 6, 6: 4, 7: 2] : [0: 20, 1: 14, 2: 11, 3: 8, 4: 5, 5: 2]
    }
}

extension ModuleFirmware: CustomStringConvertible {
    package var description: String { banner }
}
