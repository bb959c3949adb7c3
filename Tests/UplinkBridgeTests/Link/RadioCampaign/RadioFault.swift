import HardwareInterfaces
import HardwareSimulators
import Testing
import Timekeeping

/// A fault of the radio or its wires, begun at one SPI transfer.
enum RadioFault: String, CaseIterable, CustomTestStringConvertible {
    case noPower, wireLoose, busRefuses, brownOut, oneBit, noise, hangsInTransmit, hangsInReceive, hangsInMode
    case deafToWrites, otherDevice, lostEdge, phantomPreamble
    /// Of an SX127x, which has a sensor.
    case hotter
    /// Of an SX126x: BUSY high, or low, whatever the chip does; and an oscillator that does not start.
    case busyForEver, busyLoose, oscillatorDies

    static func all(of board: ChipBoard) -> [RadioFault] {
        switch board.part {
        case .sx1276, .sx1272: allCases.filter { ![.busyForEver, .busyLoose, .oscillatorDies].contains($0) }
        case .sx1262, .sx1261: allCases.filter { $0 != .hotter }
        }
    }

    var testDescription: String { rawValue }

    /// How long it lasts, where it does not end by itself.
    static let duration = TimeSpan.seconds(40)

    func begin(on chip: any BoardChip) {
        chip.setOwn(self, on: true)
        chip.spoil { faults in
            switch self {
            case .noPower: faults.busReads = 0x00
            case .wireLoose: faults.busReads = 0xFF
            case .busRefuses:
                faults.busError = HardwareError(.failed(errno: 5), device: "/dev/spidev0.0", message: "gone")
            case .oneBit: faults.noisyTransfers = 1
            case .noise: faults.noisyTransfers = 100
            case .hangsInTransmit: faults.stuckTransmissions = 1
            case .hangsInReceive: faults.stuckReceptions = 1
            case .hangsInMode: faults.ignoresModes = true
            case .deafToWrites: faults.losesWrites = true
            case .phantomPreamble: faults.phantomPreambles = 1
            case .brownOut, .otherDevice, .lostEdge, .hotter, .busyForEver, .busyLoose, .oscillatorDies: break
            }
        }
        switch self {
        case .brownOut, .otherDevice: chip.brownOut()
        case .lostEdge: for pin in chip.edgePins { pin.risingEdgesToLose = 1 }
        default: break
        }
    }

    func end(on chip: any BoardChip) {
        chip.setOwn(self, on: false)
        chip.spoil {
            $0.busReads = nil
            $0.busError = nil
            $0.losesWrites = false
            $0.noisyTransfers = 0
        }
        // With its power back the chip is as after a reset.
        if self == .noPower { chip.brownOut() }
    }

    /// Until somebody resets the chip, or takes its power.
    var lasts: Bool { self == .hangsInMode || self == .busyForEver }

    /// A bit that turns over may write anything anywhere, and without BUSY a command may get lost.
    var mayBreakRules: Bool { [.oneBit, .noise, .deafToWrites, .busyLoose].contains(self) }
}
