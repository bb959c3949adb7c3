import HardwareSimulators
import LoRaWAN
import Testing

/// A chip, its wires, and what it does with the network while faults are tried on it.
enum RadioScene: String, CaseIterable, CustomTestStringConvertible {
    /// An SX1276 with DIO0 and reset joins in RX1 and sends an uplink; class A, LoRa.
    case plain
    /// The same with an SX1272.
    case sx1272
    /// The join-accept, and a downlink after each uplink, in RX2.
    case secondWindow
    /// A downlink in each RX1.
    case downlinks
    /// Neither DIO0 nor reset is wired.
    case fewWires
    /// DIO1 is wired, too.
    case allWires
    /// Long uplinks and downlinks at EU868's DR7, of an SX1276 that is asked for its flags, and of an SX1272 with DIO1.
    case fsk, fsk1272
    /// Class C: downlinks between the uplinks, in continuous reception.
    case classC

    var testDescription: String { rawValue }

    var board: ChipBoard {
        switch self {
        case .plain, .secondWindow, .downlinks, .fsk, .classC: ChipBoard()
        case .sx1272: ChipBoard(version: 0x22)
        case .fewWires: ChipBoard(dio0: false, reset: false)
        case .allWires: ChipBoard(dio1: true)
        case .fsk1272: ChipBoard(version: 0x22, dio1: true)
        }
    }

    var deviceClass: DeviceClass { self == .classC ? .c : .a }

    var isFSK: Bool { self == .fsk || self == .fsk1272 }

    /// Whether the network sends something to the application.
    var hasDownlinks: Bool {
        switch self {
        case .secondWindow, .downlinks, .fsk, .fsk1272, .classC: true
        case .plain, .sx1272, .fewWires, .allWires: false
        }
    }

    /// Between which uplinks the faults begin: 0 is the start.
    var uplinks: ClosedRange<Int> {
        switch self {
        case .plain, .sx1272, .secondWindow, .fewWires, .allWires: 0...1
        case .downlinks: 1...2
        // The first is LoRa, and brings the order to DR7.
        case .fsk, .fsk1272: 1...3
        case .classC: 1...2
        }
    }

    /// NewChannelReq for channel 8 at 868.8 MHz with DR7 only, and LinkADRReq to it.
    static let ordersToFSK: [UInt8] = [7, 8, 0x80, 0x91, 0x84, 0x77, 3, 0x70, 0x00, 0x01, 0x01]
}
