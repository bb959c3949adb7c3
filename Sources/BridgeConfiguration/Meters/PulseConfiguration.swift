package import HardwareInterfaces
package import SmartMeter
package import Timekeeping
package import UplinkPayload

/// A meter that is counted by the pulses of its LED or its S0 output.
package struct PulseConfiguration: Sendable {
    /// In frames: the place among all [[meter]] and [[pulse]] tables of the file, from 0.
    package var number: Int
    package var name: String
    package var source: PulseSource
    /// A pulse pulls the pin to ground.
    package var isActiveLow: Bool
    package var pull: PinPull
    package var input: PulseInput
    /// How long a count may wait to be stored; zero for each pulse at once.
    package var saveEvery: TimeSpan
    /// The limits whose crossing is an alarm; downlinks may change them.
    package var alarmLimits: [AlarmLimit: Int]
}
