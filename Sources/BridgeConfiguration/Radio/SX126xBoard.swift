/// How a board wires an SX126x to the header of a Raspberry Pi; lines are GPIO numbers, nil where nothing is wired.
///
/// Only boards whose pins are published are in the table (Meshtastic's pin files for Linux, July 2026).
package struct SX126xBoard: Hashable, Sendable {
    /// As in the configuration.
    package let name: String
    /// What is printed on it.
    package let title: String
    /// NSS, where it is not at the chip select of the device.
    package var selectLine: Int?
    package var resetLine = 18
    package var busyLine = 20
    package var dio1Line = 16
    package var receiveLine: Int?
    package var transmitLine: Int?
    /// Held high as long as the program runs.
    package var highLines: [Int] = []
    /// DIO2 switches the antenna.
    package var switchesByDIO2 = true
    /// The board's oscillator gets 1.8 V from DIO3; false for a crystal.
    package var hasTCXO = true
    /// An amplifier behind the chip adds what only its owner knows: to be configured.
    package var hasAmplifier = false

    private init(_ name: String, _ title: String, _ change: (inout SX126xBoard) -> Void) {
        self.name = name
        self.title = title
        change(&self)
    }

    /// A module wired by hand as the page on radios says.
    static let bareModule = SX126xBoard("module", "Core1262 or E22-900M22S") {
        ($0.resetLine, $0.busyLine, $0.dio1Line) = (17, 24, 4)
    }

    package static let all = [
        bareModule,
        SX126xBoard("waveshare-sx1262-hat", "Waveshare SX1262 LoRaWAN/GNSS HAT (SPI)") {
            ($0.selectLine, $0.highLines, $0.hasTCXO) = (21, [6], false)
        },
        SX126xBoard("waveshare-pico-sx1262", "Waveshare Pico-LoRa-SX1262 on its Pi adapter") { $0.selectLine = 21 },
        SX126xBoard("meshadv-pi", "MeshAdv-Pi, PiMesh-1W V1 (E22-900M30S)") {
            ($0.selectLine, $0.receiveLine, $0.transmitLine) = (21, 12, 13)
            ($0.switchesByDIO2, $0.hasAmplifier) = (false, true)
        },
        SX126xBoard("meshadv-mini", "MeshAdv Mini (E22-900M22S)") { ($0.resetLine, $0.receiveLine) = (24, 12) },
        SX126xBoard("pimesh-1w-v2", "PiMesh-1W V2 (E22P)") {
            ($0.busyLine, $0.dio1Line, $0.highLines, $0.hasAmplifier) = (5, 6, [26], true)
        },
        SX126xBoard("core1262-hat", "Core1262 \"Starter Edition\" HAT") { ($0.busyLine, $0.dio1Line) = (4, 22) },
        SX126xBoard("nebrahat", "NebraHat 1W or 2W") {
            ($0.busyLine, $0.dio1Line, $0.receiveLine, $0.hasAmplifier) = (4, 22, 25, true)
        },
        SX126xBoard("rak6421-slot1", "RAK6421 with a RAK13300 in slot 1") {
            ($0.resetLine, $0.busyLine, $0.dio1Line, $0.highLines) = (16, 24, 22, [12, 13])
        },
    ]

    /// All that it wires.
    package var lines: [Int] {
        [selectLine, resetLine, busyLine, dio1Line, receiveLine, transmitLine].compactMap { $0 } + highLines
    }
}
