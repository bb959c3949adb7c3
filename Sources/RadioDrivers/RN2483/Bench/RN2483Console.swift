import HardwareInterfaces
import LoRaWAN
import Timekeeping

/// How an RN2483 is talked to.
extension ModuleConsole {
    /// Wakes the module, with a break that is longer each time, and asks what it is.
    mutating func wake() throws -> RN2483Firmware {
        for length in [TimeSpan.milliseconds(20), .milliseconds(50), .milliseconds(300)] {
            try line.setBreak(true)
            try pass(length)
            try line.setBreak(false)
            // What was said at another speed is no answer.
            _ = try answer(within: .milliseconds(50))
            try line.write([0x55])
            try tell("sys get ver")
            // A module that sleeps, or was just powered, may say something else first.
            for _ in 0..<3 {
                guard let text = try answer(within: .seconds(1)) else { break }
                if let firmware = RN2483Firmware(banner: text) { return firmware }
            }
        }
        throw RadioError(
            hasHeard
                ? "something answers, but not as an RN2483 or RN2903 does: is this its port, and does its TX not sit on the "
                    + "meter's line?"
                : "no module answers at 57600 Bd: is its TX wired to RX and its RX to TX, has it power, and is this its port?"
        )
    }

    /// - Returns: nil when no answer comes in time. How something ended that was begun before is no answer.
    mutating func ask(_ command: String) throws -> String? {
        try tell(command)
        // A device that never falls silent must not hold the bench.
        for _ in 0..<20 {
            guard let text = try answer(within: .seconds(2)) else { return nil }
            guard RN2483Answer(text).isFinal || text.hasPrefix("radio_") else { return text }
        }
        return nil
    }
}
