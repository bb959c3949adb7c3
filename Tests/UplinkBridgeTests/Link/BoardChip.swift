import HardwareInterfaces
import HardwareSimulators
import RadioDrivers
import Timekeeping

/// Which chip a bridge has, and what of it the board wires.
struct ChipBoard: Hashable {
    enum Part {
        case sx1276, sx1272
        /// With a TCXO.
        case sx1262
        /// With a crystal.
        case sx1261
    }

    var part = Part.sx1276
    /// The line that tells of a frame's end: DIO0, and DIO1 of an SX126x.
    var done = true
    /// DIO1 of an SX127x.
    var closing = false
    var reset = true

    func makeChip(in world: SimulatedWorld, _ air: Air) -> any BoardChip {
        switch part {
        case .sx1276, .sx1272:
            let chip = SX1276Simulator(world: world, air: air, version: part == .sx1276 ? 0x12 : 0x22)
            chip.recordsAccesses = false
            return chip
        case .sx1262, .sx1261:
            let chip = SX126xSimulator(
                world: world, air: air, isSX1261: part == .sx1261, hasTCXO: part == .sx1262)
            chip.recordsCommands = false
            return chip
        }
    }
}

/// What can go wrong with any chip and its wires.
protocol BoardFaults {
    var stuckTransmissions: Int { get set }
    var stuckReceptions: Int { get set }
    var phantomPreambles: Int { get set }
    var ignoresModes: Bool { get set }
    var noisyTransfers: Int { get set }
    var losesWrites: Bool { get set }
    var busReads: UInt8? { get set }
    var busError: HardwareError? { get set }
}

extension SX1276Simulator.Faults: BoardFaults {}
extension SX126xSimulator.Faults: BoardFaults {}

/// A simulated chip that a bridge can have.
protocol BoardChip: SPIBus {
    associatedtype Faults: BoardFaults
    var faults: Faults { get set }
    var transfers: Int { get }
    var beforeTransfer: ((Int) -> Void)? { get set }
    var violations: [String] { get }
    var edgePins: [SimulatedEdgePin] { get }
    func brownOut()
    func makeRadio(on board: ChipBoard, pause: @escaping (TimeSpan) -> Void) -> any CarrierSource
    /// Faults that only this chip has.
    func setOwn(_ fault: RadioFault, on isOn: Bool)
}

extension BoardChip {
    /// For whom the kind of chip does not matter.
    func spoil(_ change: (inout any BoardFaults) -> Void) {
        var faults: any BoardFaults = faults
        change(&faults)
        if let faults = faults as? Faults { self.faults = faults }
    }
}

extension SX1276Simulator: BoardChip {
    var edgePins: [SimulatedEdgePin] { [dio0, dio1] }

    func makeRadio(on board: ChipBoard, pause: @escaping (TimeSpan) -> Void) -> any CarrierSource {
        SX127x(
            bus: self, reset: board.reset ? resetPin : nil, dio0: board.done ? dio0 : nil,
            dio1: board.closing ? dio1 : nil, pause: pause)
    }

    func setOwn(_ fault: RadioFault, on isOn: Bool) {
        switch fault {
        case .otherDevice: faults.version = isOn ? 0x55 : nil
        case .hotter: if isOn { temperature += 40 }
        default: break
        }
    }
}

extension SX126xSimulator: BoardChip {
    var edgePins: [SimulatedEdgePin] { [dio1] }

    func makeRadio(on board: ChipBoard, pause: @escaping (TimeSpan) -> Void) -> any CarrierSource {
        SX126x(
            bus: self,
            wiring: .init(
                busy: busyPin, reset: board.reset ? resetPin : nil, dio1: board.done ? dio1 : nil),
            configuration: .init(
                part: board.part == .sx1261 ? .sx1261 : .sx1262, oscillator: board.part == .sx1261 ? nil : .mv1800),
            pause: pause)
    }

    func setOwn(_ fault: RadioFault, on isOn: Bool) {
        switch fault {
        case .otherDevice: faults.identity = isOn ? "LR1121" : nil
        case .busyForEver: if isOn { faults.isStuckBusy = true }
        case .busyLoose: faults.hidesBusy = isOn
        case .oscillatorDies: faults.hasNoOscillator = isOn
        default: break
        }
    }
}
