import HardwareSimulators
import Timekeeping

/// Tells of the frames that devices send.
final class FrameLog: AirListener {
    func airStarted(_ transmission: AirTransmission) {
        guard !transmission.invertedIQ else { return }
        BenchLog.line("frame begins: SF\(transmission.spreadingFactor), \(transmission.airTime.microseconds) us")
    }

    func airEnded(_ transmission: AirTransmission) {}
}
