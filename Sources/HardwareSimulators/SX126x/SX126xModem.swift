import Timekeeping

/// What commands have set, as the modem uses it.
struct SX126xModem {
    /// nil before SetPacketType.
    var isLoRa: Bool?
    var frequency = 0
    var amplifier: [UInt8] = []
    var step: Int8?
    var modulation: [UInt8] = []
    var packet: [UInt8] = []
    var flagMask: UInt16 = 0
    var lineMask: UInt16 = 0
    var transmitBase: UInt8 = 0
    var receiveBase: UInt8 = 0
    var receivedStart: UInt8 = 0
    var receivedCount: UInt8 = 0
    var packetStatus: [UInt8] = [0, 0, 0]
    /// Symbols; 0 for none.
    var symbolTimeout = 0
    var detection: [UInt8] = []
    var fallsBackToXOSC = false
    var hasOscillatorVoltage = false
    var isCalibrated = false

    var spreadingFactor: Int { Int(modulation.first ?? 0) }

    /// In hertz; nil for what LoRaWAN does not use.
    var bandwidth: Int? {
        guard modulation.count == 4 else { return nil }
        return [4: 125_000, 5: 250_000, 6: 500_000][modulation[1]]
    }

    var codingRate: Int { modulation.count == 4 ? Int(modulation[2]) : 0 }
    var isLowDataRateOptimized: Bool { modulation.count == 4 && modulation[3] == 1 }
    var preambleSymbols: Int { packet.count == 6 ? Int(packet[0]) << 8 | Int(packet[1]) : 0 }
    var length: Int { packet.count == 6 ? Int(packet[3]) : packet.count == 9 ? Int(packet[6]) : 0 }
    var hasCRC: Bool { packet.count == 6 && packet[4] == 1 }
    var isInverted: Bool { packet.count == 6 && packet[5] == 1 }

    var symbol: TimeSpan {
        AirTransmission.symbol(spreadingFactor: spreadingFactor, bandwidth: bandwidth ?? 125_000)
    }

    /// LoRaWAN's FSK, as far as the commands say it.
    var isLoRaWANPacket: Bool {
        modulation == [0x00, 0x50, 0x00, 0x0B, 0x0B, 0x00, 0x66, 0x66] && packet.count == 9
            && Array(packet[0...5]) == [0x00, 0x28, 0x05, 0x18, 0x00, 0x01] && Array(packet[7...]) == [0x06, 0x01]
    }
}

/// What the receiver is at.
struct SX126xReception {
    let listensFrom: MonotonicInstant
    let isContinuous: Bool
    /// What it has locked on to.
    var locked: AirTransmission?
    /// Noise was taken for a preamble: neither the symbols are counted any more, nor is another preamble heard.
    var isFooled = false
    /// A header was read, which stops the timer.
    var hasHeader = false
}
