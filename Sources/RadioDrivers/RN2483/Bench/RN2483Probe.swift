package import HardwareInterfaces
import Timekeeping

/// Asks a module what it is, and changes nothing in it: for the bench.
package struct RN2483Probe: ModuleProbe {
    private var console: ModuleConsole

    /// - Parameter line: opened at 57 600 Bd.
    package init(line: any BreakableLine, clock: any Clock, waiter: any Waiting) {
        console = ModuleConsole(line: line, clock: clock, waiter: waiter)
    }

    /// Wakes the module, and asks.
    package mutating func ask() throws -> ModulePortrait {
        ModulePortrait(
            name: "\(try console.wake())",
            identity: try console.ask("sys get hweui").flatMap { $0.utf8.count == 16 ? $0 : nil },
            supply: try console.ask("sys get vdd").flatMap { Int($0) })
    }

    /// Whether a pulse on RESET makes it begin anew: it then says what it is without being asked.
    package mutating func obeys(_ reset: any OutputPin) throws -> Bool? {
        console.forget()
        try reset.set(.low)
        try console.pass(.milliseconds(20))
        try reset.set(.floating)
        for _ in 0..<3 {
            guard let text = try console.answer(within: .seconds(1)) else { return false }
            if RN2483Firmware(banner: text) != nil { return true }
        }
        return false
    }
}
