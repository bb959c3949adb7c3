package import BridgeStore
package import HardwareInterfaces
package import SmartMeter
package import Timekeeping

/// What happens on a meter's line.
package enum MeterEvent: Sendable {
    case opened
    /// The line can't be opened, or was lost. It is tried again at that time.
    case failed(HardwareError, retryAt: MonotonicInstant)
    /// A file has been read to its end; it is not read again.
    case ended
    /// Speed and framing of the line have been found.
    case settingsFound(SerialSettings)
    case telegram(Telegram)
    case problem(ReaderProblem)
    /// No telegram has come for so long.
    case silent(TimeSpan)
    /// Telegrams come again, after so long.
    case returned(TimeSpan)
    /// What is the matter with the meter's clock; nil when it is right again.
    case clock(MeterClock.Fault?)
    /// Quarter-hours or pulses could not be stored, and are kept and tried again; or what was remembered can't be read.
    case storeFailed(StoreError)
    /// A pulse input sees more edges a second than any meter makes: it floats, or picks up a field.
    case noise(edgesPerSecond: Int)
    /// The configured key can't be used.
    case unusable(String)
}
