/// How a board wires an SX127x to the header of a Raspberry Pi; lines are GPIO numbers, nil where nothing is wired.
///
/// Only boards whose pins are published are in the table. All of them use PA_BOOST.
package struct RadioBoard: Hashable, Sendable {
    /// As in the configuration.
    package let name: String
    /// What is printed on it.
    package let title: String
    package let device: String
    /// NSS, where it is not at the chip select of `device`.
    package let selectLine: Int?
    package let resetLine: Int?
    package let dio0Line: Int?

    private init(
        _ name: String, _ title: String, device: String = "/dev/spidev0.0", select: Int? = nil, reset: Int? = nil,
        dio0: Int
    ) {
        self.name = name
        self.title = title
        self.device = device
        selectLine = select
        resetLine = reset
        dio0Line = dio0
    }

    /// A module wired by hand as the page on radios says.
    static let bareModule = RadioBoard("module", "RFM95W or RFM96W", reset: 17, dio0: 4)

    package static let all = [
        bareModule,
        // Its NSS is at GPIO25, which is no chip select of the SPI bus: hallard/RadioHead RasPiBoards.h,
        // PiInTheSky/lora-gateway issue 31.
        RadioBoard("dragino-lora-gps-hat", "Dragino LoRa/GPS HAT", select: 25, reset: 17, dio0: 4),
        // devmobile.co.nz "RFM9X.IoTCore Adafruit LoRa Radio Bonnet support"; spi-lora, board of product 4074.
        RadioBoard(
            "adafruit-lora-bonnet", "Adafruit LoRa Radio Bonnet", device: "/dev/spidev0.1", reset: 25, dio0: 22),
        // pinout.xyz: one module at each chip select, the second is the one that is always there. No reset line.
        RadioBoard("uputronics-lora-ce0", "Uputronics LoRa Expansion Board, CE0", dio0: 25),
        RadioBoard(
            "uputronics-lora-ce1", "Uputronics LoRa Expansion Board, CE1", device: "/dev/spidev0.1", dio0: 16),
        // hallard/LoRasPI; hallard/RadioHead RasPiBoards.h.
        RadioBoard("loraspi", "hallard LoRasPI", reset: 22, dio0: 25),
        // hallard/RPI-Lora-Gateway, module 1; the shield of Electronic Tricks has the same pins (devmobile.co.nz).
        RadioBoard("rpi-lora-gateway", "hallard RPI-Lora-Gateway, Electronic Tricks shield", reset: 5, dio0: 25),
    ]
}
