import HardwareSimulators
import LoRaWAN
import Testing

/// A chip, its wires, and what it does with the network while faults are tried on it.
struct RadioScene: Hashable, CustomTestStringConvertible {
    enum Plot {
        /// It joins in RX1 and sends an uplink; class A, LoRa.
        case plain
        /// The join-accept, and a downlink after each uplink, in RX2.
        case secondWindow
        /// A downlink in each RX1.
        case downlinks
        /// Long uplinks and downlinks at EU868's DR7.
        case fsk
        /// Class C: downlinks between the uplinks, in continuous reception.
        case classC
    }

    /// As P1LORA_CAMPAIGN names it.
    let name: String
    let plot: Plot
    let board: ChipBoard

    private init(_ name: String, _ plot: Plot, _ board: ChipBoard = ChipBoard()) {
        self.name = name
        self.plot = plot
        self.board = board
    }

    static let all = [
        RadioScene("plain", .plain),
        RadioScene("sx1272", .plain, ChipBoard(part: .sx1272)),
        RadioScene("secondWindow", .secondWindow),
        RadioScene("downlinks", .downlinks),
        RadioScene("fewWires", .plain, ChipBoard(done: false, reset: false)),
        RadioScene("allWires", .plain, ChipBoard(closing: true)),
        // The flags of the one are asked for, the other has DIO1.
        RadioScene("fsk", .fsk),
        RadioScene("fsk1272", .fsk, ChipBoard(part: .sx1272, closing: true)),
        RadioScene("classC", .classC),
        RadioScene("sx1262", .plain, sx1262),
        RadioScene("sx1261", .plain, ChipBoard(part: .sx1261)),
        RadioScene("sx1262SecondWindow", .secondWindow, sx1262),
        RadioScene("sx1262Downlinks", .downlinks, sx1262),
        RadioScene("sx1262FewWires", .downlinks, ChipBoard(part: .sx1262, done: false, reset: false)),
        RadioScene("sx1262FSK", .fsk, sx1262),
        RadioScene("sx1262ClassC", .classC, sx1262),
    ]
    private static let sx1262 = ChipBoard(part: .sx1262)

    /// What there is to be tried.
    static let cases = all.flatMap { scene in scene.faults.map { (scene, $0) } }

    var faults: [RadioFault] {
        RadioFault.all(of: board).filter {
            // Simulated of an SX127x in FSK, of an SX126x in LoRa.
            $0 != .phantomPreamble || (family == "sx127x") == (plot == .fsk)
        }
    }

    var testDescription: String { name }

    /// "sx127x"
    var family: String {
        switch board.part {
        case .sx1276, .sx1272: "sx127x"
        case .sx1262, .sx1261: "sx126x"
        }
    }

    var deviceClass: DeviceClass { plot == .classC ? .c : .a }

    /// Whether the network sends something to the application.
    var hasDownlinks: Bool { plot != .plain }

    /// Between which uplinks the faults begin: 0 is the start.
    var uplinks: ClosedRange<Int> {
        switch plot {
        case .plain, .secondWindow: 0...1
        // The first uplink in FSK's is LoRa, and brings the order to DR7.
        case .fsk: 1...3
        case .classC, .downlinks: 1...2
        }
    }

    /// NewChannelReq for channel 8 at 868.8 MHz with DR7 only, and LinkADRReq to it.
    static let ordersToFSK: [UInt8] = [7, 8, 0x80, 0x91, 0x84, 0x77, 3, 0x70, 0x00, 0x01, 0x01]
}
