import MeterValues

extension OBISCode {
    /// The meter's clock.
    static let meterTime = OBISCode(0, 0, 1, 0, 0)
    /// The COSEM logical device name, e.g. SAG1030700331421 (Luxembourg, Hungary).
    static let logicalDeviceName = OBISCode(0, 0, 42, 0, 0)
    /// The meter's serial number in the Netherlands and Belgium, and in Hungary.
    static let equipmentIdentifiers = [OBISCode(0, 0, 96, 1, 1), OBISCode(0, 0, 96, 1, 0)]
    /// The device address, which is the number on the meter's front in mode D (IEC 62056-21).
    static let deviceAddress = OBISCode(1, 0, 0, 0, 0)
    /// The clock of mode D, in two registers.
    static let localTime = OBISCode(1, 0, 0, 9, 1)
    static let localDate = OBISCode(1, 0, 0, 9, 2)
    /// The version of the P1 interface, mandatory from DSMR 4.0 on: who prints it prints a checksum too.
    static let interfaceVersion = OBISCode(1, 3, 0, 2, 8)
    /// The version of the Belgian telegram.
    static let belgianVersion = OBISCode(0, 0, 96, 1, 4)

    /// The limits of current in both directions, `(100*A)(-063*A)` (Luxembourg).
    static let currentLimits = OBISCode(1, 1, 31, 4, 0)

    /// Registers that hold characters even when all of them happen to be digits: device names, identifiers, versions
    /// and messages. All others are numbers if they look like one.
    @inline(__always) var holdsText: Bool {
        switch c {
        case 96: d == 1 || d == 13
        case 42: a == 0
        case 0: a == 1 && d == 0 || self == .interfaceVersion
        default: false
        }
    }

    /// Registers of the format Sn, each octet printed as two hexadecimal digits.
    var holdsOctets: Bool { holdsText && c != 0 && self != .belgianVersion }
}
