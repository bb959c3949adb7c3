package import Ciphers
package import HardwareInterfaces
package import SmartMeter
package import Timekeeping
package import UplinkPayload

/// A meter on a P1 port.
package struct MeterConfiguration: Sendable {
    /// In frames: the place among all [[meter]] and [[pulse]] tables of the file, from 0.
    package var number: Int
    package var name: String
    /// A serial device, a file, or `tcp://host:port`.
    package var input: String
    /// The encryption key from the grid operator; nil for meters that do not encrypt.
    package var key: AES128Key?
    /// The meter's own authentication key; nil for the one that all Luxembourg meters share.
    package var authenticationKey: AES128Key?
    package var tagCheck: TagCheck
    /// The meter that is meant, by the name in its encrypted frames; nil for whichever the key opens.
    package var systemTitle: SystemTitle?
    /// A file is replayed at the pace of its time stamps instead of at once.
    package var replaysInRealTime: Bool
    /// Bits a second of a serial device.
    package var baudRate: Int
    package var framing: SerialFraming
    /// Speed and framing are found by trying.
    package var findsSettings: Bool
    /// What proves telegrams that are not encrypted.
    package var checksum: ChecksumRule
    /// The local time of the meter's stamps.
    package var timeZone: MeterTimeZone
    /// kW of the reference powers above which energy is counted, beside 3, 7 and 12.
    package var referenceClasses: [UInt8]
    /// How long without a telegram is reported as trouble.
    package var silentAfter: TimeSpan
    /// The limits whose crossing is an alarm; downlinks may change them.
    package var alarmLimits: [AlarmLimit: Int]
}
