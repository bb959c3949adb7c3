package import HardwareInterfaces
import SmartMeter
package import Timekeeping

/// Counts the pulses of all inputs, and puts the counts in a mailbox of the thread that stores them.
///
/// On a thread of its own, which never waits for a disk: the kernel holds 16 edges of a pin, and an SD card may take
/// seconds to store one.
package final class PulseLoop {
    private let lines: [PulseLine]
    private let mailbox: PulseMailbox
    private let clock: any Clock
    private let report: (Int, MeterEvent) -> Void
    private var nextReading: MonotonicInstant

    /// How often the registers are read, as telegrams come: for quarter-hours and for the power.
    static let readingInterval = TimeSpan.seconds(10)

    package init(
        lines: [PulseLine], mailbox: PulseMailbox, clock: any Clock, report: @escaping (Int, MeterEvent) -> Void
    ) {
        self.lines = lines
        self.mailbox = mailbox
        self.clock = clock
        self.report = report
        nextReading = clock.monotonic
    }

    package var pollDescriptors: [Int32] { lines.compactMap(\.pollDescriptor) }
    package var nextDeadline: MonotonicInstant? { (lines.compactMap(\.nextDeadline) + [nextReading]).min() }

    package func poll() {
        let now = clock.monotonic
        let isReadingDue = nextReading <= now
        if isReadingDue { nextReading = now + Self.readingInterval }
        for line in lines {
            for event in line.poll(at: now) { report(line.number, event) }
            let reading = isReadingDue ? line.reading(at: clock.utc, now: now) : nil
            mailbox.put(line.state, reading, of: line.number)
        }
    }
}
