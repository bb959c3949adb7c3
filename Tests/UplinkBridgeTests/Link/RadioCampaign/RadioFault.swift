import HardwareInterfaces
import HardwareSimulators
import Testing
import Timekeeping

/// A fault of the radio or its wires, begun at one SPI transfer.
enum RadioFault: String, CaseIterable, CustomTestStringConvertible {
    case noPower, wireLoose, busRefuses, brownOut, oneBit, noise, hangsInTransmit, hangsInReceive, hangsInMode
    case deafToWrites, otherDevice, lostEdge, hotter

    var testDescription: String { rawValue }

    /// How long it lasts, where it does not end by itself.
    static let duration = TimeSpan.seconds(40)

    func begin(on chip: SX1276Simulator) {
        switch self {
        case .noPower: chip.faults.busReads = 0x00
        case .wireLoose: chip.faults.busReads = 0xFF
        case .busRefuses:
            chip.faults.busError = HardwareError(.failed(errno: 5), device: "/dev/spidev0.0", message: "gone")
        case .brownOut: chip.brownOut()
        case .oneBit: chip.faults.noisyTransfers = 1
        case .noise: chip.faults.noisyTransfers = 100
        case .hangsInTransmit: chip.faults.stuckTransmissions = 1
        case .hangsInReceive: chip.faults.stuckReceptions = 1
        case .hangsInMode: chip.faults.ignoresModes = true
        case .deafToWrites: chip.faults.losesWrites = true
        case .otherDevice:
            chip.faults.version = 0x55
            chip.brownOut()
        case .lostEdge:
            chip.dio0.risingEdgesToLose = 1
            chip.dio1.risingEdgesToLose = 1
        case .hotter: chip.temperature += 40
        }
    }

    func end(on chip: SX1276Simulator) {
        chip.faults.busReads = nil
        chip.faults.busError = nil
        chip.faults.losesWrites = false
        chip.faults.version = nil
        chip.faults.noisyTransfers = 0
        // With its power back the chip is as after a reset.
        if self == .noPower { chip.brownOut() }
    }

    /// A bit that turns over may write anything anywhere.
    var mayBreakRules: Bool { self == .oneBit || self == .noise || self == .deafToWrites }
}
