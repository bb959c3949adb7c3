public import Ciphers
public import HardwareInterfaces
public import SmartMeter
public import Timekeeping
public import UplinkPayload

/// A meter on a P1 port.
public struct MeterConfiguration: Sendable {
    /// In frames: the place among all [[meter]] and [[pulse]] tables of the file, from 0.
    public var number: Int
    public var name: String
    /// A serial device, a file, or `tcp://host:port`.
    public var input: String
    /// The encryption key from the grid operator; nil for meters that do not encrypt.
    public var key: AES128Key?
    /// The meter's own authentication key; nil for the one that all Luxembourg meters share.
    public var authenticationKey: AES128Key?
    public var tagCheck: TagCheck
    /// The meter that is meant, by the name in its encrypted frames; nil for whichever the key opens.
    public var systemTitle: SystemTitle?
    /// A file is replayed at the pace of its time stamps instead of at once.
    public var replaysInRealTime: Bool
    /// Bits a second of a serial device.
    public var baudRate: Int
    public var framing: SerialFraming
    /// Speed and framing are found by trying.
    public var findsSettings: Bool
    /// What proves telegrams that are not encrypted.
    public var checksum: ChecksumRule
    /// The local time of the meter's stamps.
    public var timeZone: MeterTimeZone
    /// kW of the reference powers above which energy is counted, beside 3, 7 and 12.
    public var referenceClasses: [UInt8]
    /// How long without a telegram is reported as trouble.
    public var silentAfter: TimeSpan
    /// The limits whose crossing is an alarm; downlinks may change them.
    public var alarmLimits: [AlarmLimit: Int]
}
