/// Where a pin is: a chip by path, name or label, and the line's number on it.
package struct GPIOAddress: Hashable, Sendable {
    /// ``header``, "/dev/gpiochip0", "gpiochip0", or a label like "pinctrl-bcm2835", which stays the same when numbers
    /// move.
    package let chip: String
    package let line: UInt32

    /// The chip behind the header of a Raspberry Pi: found by its label or by the names of its lines, for its number
    /// differs between boards and kernels (Pi 5: 4, 0, 11 to 15).
    package static let header = "header"

    package init(chip: String, line: UInt32) {
        self.chip = chip
        self.line = line
    }
}

extension GPIOAddress: CustomStringConvertible {
    package var description: String { "\(chip) line \(line)" }
}
