import HardwareInterfaces
import HardwareSimulators
import Timekeeping

/// A simulated chip as a board wires it: DIO0, or an SX126x's DIO1, at the first line; DIO1, or BUSY, at the second.
protocol BoardChip: SPIBus {
    var edgePins: [(name: String, line: Int, pin: SimulatedEdgePin)] { get }
    /// The line of BUSY, and until when it is high by itself.
    var busy: (line: Int, pin: any InputPin, until: MonotonicInstant)? { get }
    var resetPin: any OutputPin { get }
    var violations: [String] { get }
    /// What every byte reads while the wires are broken.
    var brokenBus: UInt8? { get set }
    func hang()
    func brownOut()

    /// What a transfer orders that has its time.
    func order(_ bytes: [UInt8]) -> ChipOrder?
    /// Whether a window ended empty, by the pin that has just risen.
    func tellsOfEmptyWindow(_ pin: String) -> Bool
}

enum ChipOrder {
    case window(symbols: Int, spreadingFactor: Int)
    case listen(spreadingFactor: Int)
    /// The flags are looked at, or taken away.
    case flags
}

extension SX1276Simulator: BoardChip {
    var edgePins: [(name: String, line: Int, pin: SimulatedEdgePin)] { [("DIO0", 0, dio0), ("DIO1", 1, dio1)] }
    var busy: (line: Int, pin: any InputPin, until: MonotonicInstant)? { nil }

    var brokenBus: UInt8? {
        get { faults.busReads }
        set { faults.busReads = newValue }
    }

    func hang() { faults.ignoresModes = true }

    func order(_ bytes: [UInt8]) -> ChipOrder? {
        let factor = Int(register(0x1E) >> 4)
        if bytes == [0x81, 0x8E] {
            return .window(symbols: Int(register(0x1E) & 3) << 8 | Int(register(0x1F)), spreadingFactor: factor)
        }
        if bytes == [0x81, 0x8D] { return .listen(spreadingFactor: factor) }
        return bytes.first == 0x92 ? .flags : nil
    }

    func tellsOfEmptyWindow(_ pin: String) -> Bool { pin == "DIO1" }
}

extension SX126xSimulator: BoardChip {
    var edgePins: [(name: String, line: Int, pin: SimulatedEdgePin)] { [("DIO1", 0, dio1)] }
    var busy: (line: Int, pin: any InputPin, until: MonotonicInstant)? { (1, busyPin, busyUntil) }

    var brokenBus: UInt8? {
        get { faults.busReads }
        set { faults.busReads = newValue }
    }

    func hang() { faults.isStuckBusy = true }

    func order(_ bytes: [UInt8]) -> ChipOrder? {
        switch bytes.first {
        case 0x82 where bytes == [0x82, 0xFF, 0xFF, 0xFF]: .listen(spreadingFactor: spreadingFactor)
        case 0x82: .window(symbols: symbolTimeout, spreadingFactor: spreadingFactor)
        case 0x12: .flags
        default: nil
        }
    }

    func tellsOfEmptyWindow(_ pin: String) -> Bool { hasTimedOut }
}
