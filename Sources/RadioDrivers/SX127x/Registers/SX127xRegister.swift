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
    /// RegPaDac of the SX1272.
    case amplifierDAC1272 = 0x5A

    /// "Carrier high".
    var name: String {
        "\(self)".reduce(into: "") { name, letter in
            if letter.isUppercase, name.last?.isLowercase == true { name += " " }
            name.append(name.isEmpty ? Character(letter.uppercased()) : letter)
        }
    }
}

/// Register addresses in FSK mode, as far as they differ (datasheet tables 41 and 42).
enum SX127xPacketRegister: UInt8 {
    case bitRateHigh = 0x02
    case bitRateLow = 0x03
    case deviationHigh = 0x04
    case deviationLow = 0x05
    case amplifierRamp = 0x0A
    case receiver = 0x0D
    case strengthFilter = 0x0E
    /// Half a dBm below zero for each step.
    case packetChannelRSSI = 0x11
    case bandwidth = 0x12
    case correctionBandwidth = 0x13
    case frequencyCorrection = 0x1A
    case preambleDetector = 0x1F
    case oscillator = 0x24
    case packetPreambleHigh = 0x25
    case packetPreambleLow = 0x26
    case sync = 0x27
    case syncWord1 = 0x28
    case syncWord2 = 0x29
    case syncWord3 = 0x2A
    case packet1 = 0x30
    case packet2 = 0x31
    case longestPayload = 0x32
    case fifoThreshold = 0x35
    case imageCalibration = 0x3B
    case temperature = 0x3C
    case receiverFlags = 0x3E
    case packetFlags = 0x3F
}

/// What the chip is to do. RegOpMode has the modem in bit 7, which changes only in sleep.
enum SX127xMode: UInt8 {
    case fskSleep = 0x00
    case fskStandby = 0x01
    case fskTransmit = 0x03
    /// The synthesizer alone: where the temperature is measured.
    case fskReceiveSynthesizer = 0x04
    case fskReceive = 0x05
    case sleep = 0x80
    case standby = 0x81
    case transmit = 0x83
    case receiveContinuous = 0x85
    case receiveSingle = 0x86
    case detectActivity = 0x87

    var isLoRa: Bool { rawValue & 0x80 != 0 }

    /// Bit 3 of an SX1276 is LowFrequencyModeOn, which selects test registers and stays as after reset. That of an SX1272
    /// belongs to the shaping of FSK: 01 is a Gauss filter of BT = 1.
    func value(on model: SX127xChip.Model) -> UInt8 {
        model == .sx1272 && isLoRa ? rawValue : rawValue | 0x08
    }
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

/// RegIrqFlags2 of FSK mode.
enum SX127xPacketFlag {
    static let fifoEmpty: UInt8 = 0x40
    /// More bytes wait than the threshold says.
    static let fifoLevel: UInt8 = 0x20
    /// Written, it empties the FIFO.
    static let fifoOverrun: UInt8 = 0x10
    static let packetSent: UInt8 = 0x08
    static let payloadReady: UInt8 = 0x04
    static let crcGood: UInt8 = 0x02
}

/// RegIrqFlags1 of FSK mode.
enum SX127xReceiverFlag {
    static let receiverReady: UInt8 = 0x40
    static let preambleDetected: UInt8 = 0x02
    static let syncWordMatched: UInt8 = 0x01
}
