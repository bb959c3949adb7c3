/// The registers of an SX1276 or SX1272: two pages from 0x0D to 0x3F, one for FSK and one for LoRa, and the rest in common
/// (datasheet table 41).
struct SX1276Memory {
    /// An SX1272: another layout of the modem's registers, and of what a reset leaves.
    let isSX1272: Bool
    private var common = [UInt8](repeating: 0, count: 128)
    private var fsk = [UInt8](repeating: 0, count: 128)
    private var lora = [UInt8](repeating: 0, count: 128)

    /// As after a reset.
    init(version: UInt8) {
        isSX1272 = version == 0x22
        for (address, value) in Self.commonAfterReset { common[Int(address)] = value }
        common[Int(Address.version)] = version
        for (address, value) in Self.loraAfterReset { lora[Int(address)] = value }
        for (address, value) in Self.fskAfterReset { fsk[Int(address)] = value }
        guard isSX1272 else { return }
        for (address, value) in Self.commonAfterReset1272 { common[Int(address)] = value }
        for (address, value) in Self.loraAfterReset1272 { lora[Int(address)] = value }
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
    }

    /// FSK mode.
    enum PacketAddress {
        static let present: UInt8 = 0x11
        static let fifoThreshold: UInt8 = 0x35
        static let receiverFlags: UInt8 = 0x3E
        static let packetFlags: UInt8 = 0x3F
    }

    private static let commonAfterReset: [(UInt8, UInt8)] = [
        (0x01, 0x09), (0x06, 0x6C), (0x07, 0x80), (0x08, 0x00), (0x09, 0x4F), (0x0A, 0x09), (0x0B, 0x2B), (0x0C, 0x20),
        (0x44, 0x2D), (0x4B, 0x09), (0x4D, 0x84), (0x61, 0x19), (0x62, 0x0C), (0x63, 0x4B), (0x64, 0xCC), (0x70, 0xD0),
    ]
    private static let loraAfterReset: [(UInt8, UInt8)] = [
        (0x0E, 0x80), (0x18, 0x10), (0x1D, 0x72), (0x1E, 0x70), (0x1F, 0x64), (0x21, 0x08), (0x22, 0x01), (0x23, 0xFF),
        (0x26, 0x04), (0x31, 0xC3), (0x33, 0x27), (0x36, 0x03), (0x37, 0x0A), (0x39, 0x12), (0x3B, 0x1D),
    ]

    private static let fskAfterReset: [(UInt8, UInt8)] = [
        (0x0D, 0x08), (0x0E, 0x02), (0x10, 0xFF), (0x12, 0x15), (0x13, 0x0B), (0x1F, 0x40), (0x24, 0x05), (0x26, 0x03),
        (0x27, 0x93), (0x28, 0x55), (0x29, 0x55), (0x2A, 0x55), (0x30, 0x90), (0x31, 0x40), (0x32, 0x40), (0x35, 0x0F),
        (0x3B, 0x82),
    ]
    private static let commonAfterReset1272: [(UInt8, UInt8)] = [
        (0x01, 0x01), (0x06, 0xE4), (0x07, 0xC0), (0x08, 0x00), (0x09, 0x0F), (0x0A, 0x19), (0x4D, 0x00), (0x5A, 0x84),
    ]
    private static let loraAfterReset1272: [(UInt8, UInt8)] = [(0x1D, 0x08), (0x1E, 0x74), (0x26, 0x00)]

    /// The LoRa registers that only the modem writes.
    static let readOnly: Set<UInt8> = [
        0x10, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1A, 0x1B, 0x1C, 0x25, 0x28, 0x29, 0x2A, 0x2C, 0x42,
    ]
    /// The LoRa registers that may be written in sleep and standby only (datasheet 4.1.5).
    private static let settledOnly: Set<UInt8> = [
        0x1D, 0x1E, 0x1F, 0x20, 0x21, 0x22, 0x26, 0x31, 0x33, 0x36, 0x37, 0x39, 0x3A, 0x3B,
    ]

    /// Those of FSK for which the same is wise: preamble, sync word, packet format.
    private static let settledOnlyInFSK: Set<UInt8> = [0x25, 0x26, 0x27, 0x28, 0x29, 0x2A, 0x30, 0x31, 0x32]

    func isSettledOnly(_ address: UInt8) -> Bool {
        (isLoRa ? Self.settledOnly : Self.settledOnlyInFSK).contains(address)
    }

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

    /// A register of the FSK page, whatever the modem.
    func packet(_ address: UInt8) -> UInt8 { fsk[Int(address & 0x7F)] }

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
        switch isSX1272 ? lora[0x1D] >> 6 + 7 : lora[0x1D] >> 4 {
        case 7: 125_000
        case 8: 250_000
        case 9: 500_000
        default: nil
        }
    }
    var codingRate: Int { Int(isSX1272 ? lora[0x1D] >> 3 & 7 : lora[0x1D] >> 1 & 7) }
    var isImplicitHeader: Bool { lora[0x1D] & (isSX1272 ? 4 : 1) != 0 }
    var isCRCOn: Bool { isSX1272 ? lora[0x1D] & 2 != 0 : lora[0x1E] & 4 != 0 }
    var isLowDataRateOptimized: Bool { isSX1272 ? lora[0x1D] & 1 != 0 : lora[0x26] & 8 != 0 }
    /// dBm of a strength register that reads 0 (datasheets 5.5.5 and 5.5.3).
    var strengthOffset: Int { isSX1272 ? -139 : carrier < 525_000_000 ? -164 : -157 }
    var preambleSymbols: Int { Int(lora[0x20]) << 8 | Int(lora[0x21]) }
    var symbolTimeout: Int { Int(lora[0x1E] & 3) << 8 | Int(lora[0x1F]) }
    /// Bit 0 works against the datasheet's word: set is normal.
    var transmitsInverted: Bool { lora[0x33] & 0x01 == 0 }
    var receivesInverted: Bool { lora[0x33] & 0x40 != 0 }

    /// dBm (datasheet 5.4.2, 5.4.3).
    var power: Int {
        let level = Int(common[9] & 0x0F)
        let dac = common[isSX1272 ? 0x5A : 0x4D]
        if common[9] & 0x80 != 0 { return level + (dac & 7 == 7 ? 5 : 2) }
        if isSX1272 { return level - 1 }
        return common[9] & 0x70 == 0x70 ? level : level - 4
    }
    /// What FSK sends and hears; nil where the packet engine is not set up as LoRaWAN wants it: packets of variable length,
    /// with a sync word, a CRC by CCITT and without addresses.
    var packetFormat: AirTransmission.FSK? {
        guard packet(0x30) & 0x97 == 0x90, packet(0x31) & 0x40 != 0, packet(0x27) & 0x10 != 0 else { return nil }
        var format = AirTransmission.FSK()
        format.bitRate = 32_000_000 / max(1, Int(common[2]) << 8 | Int(common[3]))
        // Steps of 61 Hz; what a receiver cannot tell apart is the same.
        format.deviation = ((Int(common[4] & 0x3F) << 8 | Int(common[5])) * 61 + 500) / 1_000 * 1_000
        format.syncWord = (0...packet(0x27) & 7).map { packet(0x28 + $0) }
        format.isWhitened = packet(0x30) & 0x60 == 0x40
        return format
    }
    /// Hertz to each side.
    var deviation: Int { (Int(common[4] & 0x3F) << 8 | Int(common[5])) * 61 }
    /// ModulationType: FSK, and not on-off keying.
    var isFSKUnkeyed: Bool { common[1] & 0x60 == 0 }
    /// DataMode: what is sent comes from a pin, not from the FIFO.
    var isContinuous: Bool { packet(0x31) & 0x40 == 0 }
    /// Carriers that it can do (datasheets, "frequency synthesizer specification").
    var bands: [ClosedRange<Int>] {
        isSX1272
            ? [860_000_000...1_020_000_000]
            : [137_000_000...175_000_000, 410_000_000...525_000_000, 862_000_000...1_020_000_000]
    }
    var packetPreamble: Int { Int(packet(0x25)) << 8 | Int(packet(0x26)) }

    /// Milliamperes at which the protection trips; nil when it is off (datasheet 5.4.4).
    var overCurrentLimit: Int? {
        let trim = Int(common[0x0B] & 0x1F)
        guard common[0x0B] & 0x20 != 0 else { return nil }
        return trim <= 15 ? 45 + 5 * trim : trim <= 27 ? -30 + 10 * trim : 240
    }
}
