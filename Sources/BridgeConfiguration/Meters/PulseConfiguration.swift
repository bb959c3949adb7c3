public import HardwareInterfaces
public import SmartMeter
public import Timekeeping
public import UplinkPayload

/// A meter that is counted by the pulses of its LED or its S0 output.
public struct PulseConfiguration: Sendable {
    /// In frames: the place among all [[meter]] and [[pulse]] tables of the file, from 0.
    public var number: Int
    public var name: String
    public var source: PulseSource
    /// A pulse pulls the pin to ground.
    public var isActiveLow: Bool
    public var pull: PinPull
    public var input: PulseInput
    /// How long a count may wait to be stored; zero for each pulse at once.
    public var saveEvery: TimeSpan
    /// The limits whose crossing is an alarm; downlinks may change them.
    public var alarmLimits: [AlarmLimit: Int]
}
