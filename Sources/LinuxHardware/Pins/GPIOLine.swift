import CGPIO
import Glibc
package import HardwareInterfaces
import Timekeeping

/// A pin driven through libgpiod.
package final class GPIOOutput: OutputPin {
    private let address: GPIOAddress
    private let line: OpaquePointer

    /// - Parameter level: the level from the moment the pin is taken, so that nothing is pulsed by accident.
    package init(_ address: GPIOAddress, initially level: PinLevel) throws(HardwareError) {
        self.address = address
        guard let line = p1lora_gpio_open_output(address.chip, address.line, level.gpioValue) else {
            throw .taking(address, errno: errno)
        }
        self.line = line
    }

    deinit { p1lora_gpio_close(line) }

    package func set(_ level: PinLevel) throws(HardwareError) {
        guard p1lora_gpio_set(line, level.gpioValue) == 0 else {
            throw .failing("setting the pin", address.description, errno: errno)
        }
    }
}

/// A pin that is looked at through libgpiod.
package final class GPIOInput: InputPin {
    private let address: GPIOAddress
    private let line: OpaquePointer

    package init(_ address: GPIOAddress) throws(HardwareError) {
        self.address = address
        guard let line = p1lora_gpio_open_output(address.chip, address.line, PinLevel.floating.gpioValue) else {
            throw .taking(address, errno: errno)
        }
        self.line = line
    }

    deinit { p1lora_gpio_close(line) }

    package func isHigh() throws(HardwareError) -> Bool {
        let level = p1lora_gpio_get(line)
        guard level >= 0 else { throw .failing("reading the pin", address.description, errno: errno) }
        return level == 1
    }
}

/// Edges of a pin through libgpiod, with the kernel's time stamps.
package final class GPIOEdges: EdgePin {
    private let address: GPIOAddress
    private let line: OpaquePointer

    /// - Parameter pull: the board's own resistor at the pin.
    package init(
        _ address: GPIOAddress, rising: Bool = true, falling: Bool = false, pull: PinPull = .asIs
    ) throws(HardwareError) {
        self.address = address
        guard let line = p1lora_gpio_open_edges(address.chip, address.line, rising, falling, pull.gpioValue) else {
            throw .taking(address, errno: errno)
        }
        self.line = line
    }

    deinit { p1lora_gpio_close(line) }

    package var pollDescriptor: Int32? { p1lora_gpio_descriptor(line) }

    package func nextEdge() throws(HardwareError) -> PinEdge? {
        var rising = false
        var nanoseconds: Int64 = 0
        switch p1lora_gpio_next_edge(line, &rising, &nanoseconds) {
        case 1: return PinEdge(rising: rising, at: MonotonicInstant(nanoseconds: nanoseconds))
        case 0: return nil
        default: throw .failing("reading an edge", address.description, errno: errno)
        }
    }
}

extension PinPull {
    fileprivate var gpioValue: Int32 {
        switch self {
        case .asIs: Int32(P1LORA_GPIO_PULL_AS_IS)
        case .none: Int32(P1LORA_GPIO_PULL_NONE)
        case .up: Int32(P1LORA_GPIO_PULL_UP)
        case .down: Int32(P1LORA_GPIO_PULL_DOWN)
        }
    }
}

extension PinLevel {
    fileprivate var gpioValue: Int32 {
        switch self {
        case .low: Int32(P1LORA_GPIO_LOW)
        case .high: Int32(P1LORA_GPIO_HIGH)
        case .floating: Int32(P1LORA_GPIO_FLOATING)
        }
    }
}
