/// One step of a sequence: a command with its parameters, or a register of which some bits are to be others.
enum SX126xStep: Hashable {
    case send([UInt8])
    /// Reads the register, and writes it with the bits of `mask` replaced by those of `value`.
    case modify(SX126xRegister, mask: UInt8, value: UInt8)

    static func write(_ register: SX126xRegister, _ values: UInt8...) -> SX126xStep { write(register, values) }

    static func write(_ register: SX126xRegister, _ values: [UInt8]) -> SX126xStep {
        .send([0x0D] + register.address + values)
    }
}

/// Registers that have no command (datasheet 12.1 and chapter 15).
enum SX126xRegister: UInt16, CaseIterable {
    case symbolTimeout = 0x0706
    case polarity = 0x0736
    case loraSyncWord = 0x0740
    case whitening = 0x06B8
    case whiteningSeed = 0x06B9
    case checksumSeed = 0x06BC
    case checksumPolynomial = 0x06BE
    case packetSyncWord = 0x06C0
    case name = 0x0320
    case modulationQuality = 0x0889
    case receiverGain = 0x08AC
    case receiverTuning = 0x08B5
    case clamp = 0x08D8
    case overCurrent = 0x08E7
    case crystalIn = 0x0911
    case crystalOut = 0x0912
    case oscillatorVoltage = 0x0920

    var address: [UInt8] { [UInt8(rawValue >> 8), UInt8(rawValue & 0xFF)] }

    /// "Symbol timeout".
    var words: String {
        "\(self)".reduce(into: "") { name, letter in
            if letter.isUppercase { name += " " }
            name += name.isEmpty ? letter.uppercased() : letter.lowercased()
        }
    }
}

/// Bits of GetIrqStatus.
enum SX126xFlag {
    static let sent: UInt16 = 0x0001
    static let received: UInt16 = 0x0002
    static let headerError: UInt16 = 0x0020
    static let crcError: UInt16 = 0x0040
    static let detectionDone: UInt16 = 0x0080
    static let detected: UInt16 = 0x0100
    static let timeout: UInt16 = 0x0200
    /// All that a driver ever asks for.
    static let all: UInt16 = 0x43FF
}

/// Bits 6 to 4 of the status.
enum SX126xMode: UInt8 {
    case standby = 2
    case standbyWithOscillator = 3
    case synthesizer = 4
    case receive = 5
    case transmit = 6
}
