/// Register addresses in LoRa mode (SX1276/77/78/79 datasheet table 41), with the few of FSK mode that calibration needs.
enum SX127xRegister: UInt8 {
    case fifo = 0x00
    case mode = 0x01
    case carrierHigh = 0x06
    case carrierMiddle = 0x07
    case carrierLow = 0x08
    case amplifier = 0x09
    case overCurrent = 0x0B
    case lowNoiseAmplifier = 0x0C
    case fifoPointer = 0x0D
    case transmitBase = 0x0E
    case receiveBase = 0x0F
    case receivedStart = 0x10
    case flagMask = 0x11
    case flags = 0x12
    case receivedCount = 0x13
    case modemStatus = 0x18
    case packetSNR = 0x19
    case packetRSSI = 0x1A
    case presentRSSI = 0x1B
    case hopChannel = 0x1C
    case modem1 = 0x1D
    case modem2 = 0x1E
    case symbolTimeout = 0x1F
    case preambleHigh = 0x20
    case preambleLow = 0x21
    case payloadLength = 0x22
    case hopPeriod = 0x24
    case modem3 = 0x26
    case offsetFrequency1 = 0x2F
    case offsetFrequency2 = 0x30
    case detectOptimize = 0x31
    case invertIQ = 0x33
    case highBandwidth1 = 0x36
    case detectThreshold = 0x37
    case syncWord = 0x39
    case highBandwidth2 = 0x3A
    /// InvertIQ2 in LoRa mode, ImageCal in FSK mode.
    case invertIQ2 = 0x3B
    case mapping1 = 0x40
    case version = 0x42
    case amplifierDAC = 0x4D

    /// "Carrier high".
    var name: String {
        "\(self)".reduce(into: "") { name, letter in
            if letter.isUppercase, name.last?.isLowercase == true { name += " " }
            name.append(name.isEmpty ? Character(letter.uppercased()) : letter)
        }
    }
}

/// Registers of FSK mode that share their addresses with others of LoRa mode.
enum SX127xFSKRegister {
    static let imageCalibration = SX127xRegister.invertIQ2
    /// RegTemp, 0x3C.
    static let temperature: UInt8 = 0x3C
}

/// OpMode values. Bit 7 is LoRa, which changes only in sleep; bit 3 (LowFrequencyModeOn) selects test registers and
/// stays as after reset.
enum SX127xMode: UInt8 {
    case fskSleep = 0x08
    case fskStandby = 0x09
    /// The synthesizer alone: where the temperature is measured.
    case fskReceiveSynthesizer = 0x0C
    case sleep = 0x88
    case standby = 0x89
    case transmit = 0x8B
    case receiveContinuous = 0x8D
    case receiveSingle = 0x8E
    case detectActivity = 0x8F
}

/// RegIrqFlags.
enum SX127xFlag {
    static let receiveTimeout: UInt8 = 0x80
    static let receiveDone: UInt8 = 0x40
    static let crcError: UInt8 = 0x20
    static let transmitDone: UInt8 = 0x08
    static let detectDone: UInt8 = 0x04
    static let detected: UInt8 = 0x01
    static let all: UInt8 = 0xFF
}
