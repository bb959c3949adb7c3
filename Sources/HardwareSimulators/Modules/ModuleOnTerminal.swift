package import HardwareInterfaces
import Timekeeping

/// A simulated module behind a pseudo-terminal: what opens its path finds the module. For real time: a pseudo-terminal
/// carries no break, so the module keeps the speed it has.
package final class ModuleOnTerminal {
    package let terminal: PseudoTerminal
    /// Set when the line did not take the bytes.
    package private(set) var trouble: HardwareError?
    private let module: any BreakableLine
    private let world: SimulatedWorld

    /// How often the line is looked at.
    private static let interval = TimeSpan.milliseconds(5)

    package init(module: any BreakableLine, world: SimulatedWorld) throws(HardwareError) {
        self.module = module
        self.world = world
        terminal = try PseudoTerminal()
    }

    /// Carries bytes from now on.
    package func start() {
        do {
            let written = terminal.read()
            // A lone 0x55 after a break that nobody can see.
            let bytes = written.first == 0x55 ? Array(written.dropFirst()) : written
            if !bytes.isEmpty { try module.write(bytes) }
            var said: [UInt8] = []
            _ = try module.read(into: &said, limit: 4_096)
            if !said.isEmpty { try terminal.write(said, waits: false) }
        } catch {
            trouble = error
        }
        world.schedule(after: Self.interval) { [weak self] in self?.start() }
    }
}
