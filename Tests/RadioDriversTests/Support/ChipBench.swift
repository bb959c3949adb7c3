import HardwareSimulators
import LoRaWAN
import RadioDrivers
import Timekeeping

/// A driver on a simulated chip, and the air around it.
protocol ChipBench {
    associatedtype Radio: Transceiver
    var world: SimulatedWorld { get }
    var air: Air { get }
    var radio: Radio { get }
}

extension ChipBench {
    /// As the bridge's loop: rests until something happens, polls, until there is an event.
    func nextEvent(within span: TimeSpan = .seconds(20)) -> RadioEvent? {
        let end = world.now + span
        while world.now < end {
            world.wait(for: [], until: min(radio.nextDeadline ?? end, end))
            if let event = radio.poll(at: world.now).first { return event }
        }
        return nil
    }

    /// Sends a downlink that begins at `start`.
    func downlink(
        _ payload: [UInt8] = [0x60, 1, 2, 3], at start: MonotonicInstant, frequency: Int = 868_100_000, sf: Int = 7,
        change: (inout AirTransmission) -> Void = { _ in }
    ) {
        var frame = AirTransmission(
            payload: payload, frequency: frequency, spreadingFactor: sf, bandwidth: 125_000, invertedIQ: true,
            hasCRC: false, start: start)
        change(&frame)
        air.transmit(frame)
    }
}
