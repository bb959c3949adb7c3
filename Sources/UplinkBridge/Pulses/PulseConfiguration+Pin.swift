import BridgeConfiguration
import HardwareInterfaces
import LinuxHardware
import SmartMeter
import Timekeeping

extension PulseConfiguration {
    /// What the simulated pulses amount to in an hour: 500 W, or 0.5 m3.
    private static let simulatedInHour = 0.5
    /// Beyond what is taken for a bounce.
    private static let margin = TimeSpan.milliseconds(10)

    /// The pin, or what stands in for it.
    func openPin(_ clock: any Clock) throws(HardwareError) -> any EdgePin {
        let level = input.debounce + Self.margin
        switch source {
        case .pin(let pin): return try GPIOEdges(pin, rising: true, falling: true, pull: pull)
        case .simulated:
            let rhythm = TimeSpan.nanoseconds(
                Int64(3_600e9 / Self.simulatedInHour) / input.pulsesPerUnit)
            // More pulses than the input can tell from bounces there are none.
            let every = max(rhythm, level * 2)
            return ScheduledEdges(clock, isActiveLow: isActiveLow, level: level) { every * Int64($0 + 1) }
        case .recording(let path):
            let times = try PulseRecording.read(path)
            return ScheduledEdges(clock, isActiveLow: isActiveLow, level: level) {
                times.indices.contains($0) ? times[$0] : nil
            }
        }
    }
}
