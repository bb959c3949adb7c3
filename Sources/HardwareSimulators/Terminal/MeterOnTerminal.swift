package import HardwareInterfaces
import Timekeeping

/// A simulated meter that sends its telegrams on a pseudo-terminal at the pace of 115 200 baud, one every ten seconds.
package final class MeterOnTerminal {
    package let meter: SimulatedMeter
    package let terminal: PseudoTerminal
    /// Telegrams begun.
    package private(set) var sent = 0
    /// Set when the line did not take the bytes.
    package private(set) var trouble: HardwareError?
    private let world: SimulatedWorld

    /// Bytes written at once: 192 take a sixtieth of a second at 115 200 Bd and ten bits a byte.
    private static let portion = 192
    private static let portionTime = TimeSpan.microseconds(16_667)

    package init(meter: SimulatedMeter, world: SimulatedWorld) throws(HardwareError) {
        self.meter = meter
        self.world = world
        terminal = try PseudoTerminal()
    }

    /// Sends the first telegram now, and goes on for ever.
    package func start() {
        sent += 1
        send(meter.transmission(at: world.clock.utc)[...])
        world.schedule(after: SimulatedMeter.interval) { [weak self] in self?.start() }
    }

    private func send(_ bytes: ArraySlice<UInt8>) {
        guard !bytes.isEmpty else { return }
        do {
            try terminal.write(Array(bytes.prefix(Self.portion)))
        } catch {
            trouble = error
        }
        world.schedule(after: Self.portionTime) { [weak self] in self?.send(bytes.dropFirst(Self.portion)) }
    }
}
