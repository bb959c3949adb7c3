/// The registers of an SX1276: two pages from 0x0D to 0x3F, one for FSK and one for LoRa, and the rest in common
/// (datasheet table 41).
struct SX1276Memory {
    private var common = [UInt8](repeating: 0, count: 128)
    private var fsk = [UInt8](repeating: 0, count: 128)
    private var lora = [UInt8](repeating: 0, count: 128)

    /// As after a reset.
    init(version: UInt8) {
        for (address, value) in Self.commonAfterReset { common[Int(address)] = value }
        common[Int(Address.version)] = version
        for (address, value) in Self.loraAfterReset { lora[Int(address)] = value }
        fsk[Int(Address.imageCalibration)] = 0x82
    }

    enum Address {
        static let fifo: UInt8 = 0x00
        static let mode: UInt8 = 0x01
        static let carrier: UInt8 = 0x06
        static let amplifier: UInt8 = 0x09
        static let overCurrent: UInt8 = 0x0B
        static let fifoPointer: UInt8 = 0x0D
        static let transmitBase: UInt8 = 0x0E
        static let receiveBase: UInt8 = 0x0F
        static let receivedStart: UInt8 = 0x10
        static let flagMask: UInt8 = 0x11
        static let flags: UInt8 = 0x12
        static let receivedCount: UInt8 = 0x13
        static let modemStatus: UInt8 = 0x18
        static let packetSNR: UInt8 = 0x19
        static let packetRSSI: UInt8 = 0x1A
        static let presentRSSI: UInt8 = 0x1B
        static let hopChannel: UInt8 = 0x1C
        static let modem1: UInt8 = 0x1D
        static let modem2: UInt8 = 0x1E
        static let symbolTimeout: UInt8 = 0x1F
        static let preamble: UInt8 = 0x20
        static let payloadLength: UInt8 = 0x22
        static let modem3: UInt8 = 0x26
        static let detectOptimize: UInt8 = 0x31
        static let invertIQ: UInt8 = 0x33
        static let detectThreshold: UInt8 = 0x37
        static let syncWord: UInt8 = 0x39
        static let invertIQ2: UInt8 = 0x3B
        static let imageCalibration: UInt8 = 0x3B
        static let mapping1: UInt8 = 0x40
        static let version: UInt8 = 0x42
        static let amplifierDAC: UInt8 = 0x4D
    }

    private static let commonAfterReset: [(UInt8, UInt8)] = [
        (0x01, 0x09), (0x06, 0x6C), (0x07, 0x80), (0x08, 0x00), (0x09, 0x4F), (0x0A, 0x09), (0x0B, 0x2B), (0x0C, 0x20),
        (0x44, 0x2D), (0x4B, 0x09), (0x4D, 0x84), (0x61, 0x19), (0x62, 0x0C), (0x63, 0x4B), (0x64, 0xCC), (0x70, 0xD0),
    ]
    private static let loraAfterReset: [(UInt8, UInt8)] = [
        (0x0E, 0x80), (0x18, 0x10), (0x1D, 0x72), (0x1E, 0x70), (0x1F, 0x64), (0x21, 0x08), (0x22, 0x01), (0x23, 0xFF),
        (0x26, 0x04), (0x31, 0xC3), (0x33, 0x27), (0x36, 0x03), (0x37, 0x0A), (0x39, 0x12), (0x3B, 0x1D),
    ]

    /// The LoRa registers that only the modem writes.
    static let readOnly: Set<UInt8> = [
        0x10, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1A, 0x1B, 0x1C, 0x25, 0x28, 0x29, 0x2A, 0x2C, 0x42,
    ]
    /// The LoRa registers that may be written in sleep and standby only (datasheet 4.1.5).
    static let settledOnly: Set<UInt8> = [
        0x1D, 0x1E, 0x1F, 0x20, 0x21, 0x22, 0x26, 0x31, 0x33, 0x36, 0x37, 0x39, 0x3A, 0x3B,
    ]

    var isLoRa: Bool { common[1] & 0x80 != 0 }

    /// The register as the bus sees it in the present modem.
    subscript(address: UInt8) -> UInt8 {
        get {
            let index = Int(address & 0x7F)
            return (0x0D...0x3F).contains(index) ? (isLoRa ? lora[index] : fsk[index]) : common[index]
        }
        set {
            let index = Int(address & 0x7F)
            if !(0x0D...0x3F).contains(index) {
                common[index] = newValue
            } else if isLoRa {
                lora[index] = newValue
            } else {
                fsk[index] = newValue
            }
        }
    }

    /// The FSK page's own, whatever the modem.
    var imageCalibration: UInt8 {
        get { fsk[Int(Address.imageCalibration)] }
        set { fsk[Int(Address.imageCalibration)] = newValue }
    }

    /// RegTemp of the FSK page.
    var temperature: UInt8 {
        get { fsk[0x3C] }
        set { fsk[0x3C] = newValue }
    }

    // MARK: What the modem makes of them

    /// Hertz, from steps of 32 MHz / 2^19.
    var carrier: Int {
        let steps = Int(common[6]) << 16 | Int(common[7]) << 8 | Int(common[8])
        return (steps * 32_000_000 + (1 << 18)) >> 19
    }
    var spreadingFactor: Int { Int(lora[0x1E] >> 4) }
    /// Hertz; nil for what LoRaWAN does not use and this chip is not simulated for.
    var bandwidth: Int? {
        switch lora[0x1D] >> 4 {
        case 7: 125_000
        case 8: 250_000
        case 9: 500_000
        default: nil
        }
    }
    var codingRate: Int { Int(lora[0x1D] >> 1 & 7) }
    var isImplicitHeader: Bool { lora[0x1D] & 1 != 0 }
    var isCRCOn: Bool { lora[0x1E] & 4 != 0 }
    var isLowDataRateOptimized: Bool { lora[0x26] & 8 != 0 }
    var preambleSymbols: Int { Int(lora[0x20]) << 8 | Int(lora[0x21]) }
    var symbolTimeout: Int { Int(lora[0x1E] & 3) << 8 | Int(lora[0x1F]) }
    /// Bit 0 works against the datasheet's word: set is normal.
    var transmitsInverted: Bool { lora[0x33] & 0x01 == 0 }
    var receivesInverted: Bool { lora[0x33] & 0x40 != 0 }

    /// dBm (datasheet 5.4.2, 5.4.3).
    var power: Int {
        let level = Int(common[9] & 0x0F)
        if common[9] & 0x80 != 0 { return level + (common[0x4D] & 7 == 7 ? 5 : 2) }
        return common[9] & 0x70 == 0x70 ? level : level - 4
    }
    /// Milliamperes at which the protection trips; nil when it is off (datasheet 5.4.4).
    var overCurrentLimit: Int? {
        let trim = Int(common[0x0B] & 0x1F)
        guard common[0x0B] & 0x20 != 0 else { return nil }
        return trim <= 15 ? 45 + 5 * trim : trim <= 27 ? -30 + 10 * trim : 240
    }
}
