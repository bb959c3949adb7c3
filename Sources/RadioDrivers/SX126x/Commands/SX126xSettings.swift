import LoRaWAN
import Timekeeping

/// Sequences for a frame, a window and a carrier, as data: no bus in here.
enum SX126xSettings {
    /// Of public networks.
    static func loraSyncWord(_ word: SyncWord) -> [UInt8] { word == .publicNetwork ? [0x34, 0x44] : [0x14, 0x24] }
    static let packetSyncWord: [UInt8] = [0xC1, 0x94, 0xC1]

    // MARK: Times

    /// Steps of 15.625 us, rounded up, in three bytes.
    static func time(_ span: TimeSpan) -> [UInt8] {
        let steps = max(1, min((span.nanoseconds + 15_624) / 15_625, 0xFF_FFFE))
        return [UInt8(steps >> 16), UInt8(steps >> 8 & 0xFF), UInt8(steps & 0xFF)]
    }

    /// The chip counts m * 2^(2e + 1) symbols, m up to 31: the smallest such number that is not less.
    static func symbolTimeout(_ symbols: Int) -> (count: UInt8, register: UInt8) {
        var (mantissa, exponent) = ((min(max(symbols, 1), 248) + 1) / 2, 0)
        while mantissa > 31 { (mantissa, exponent) = ((mantissa + 3) / 4, exponent + 1) }
        return (UInt8(mantissa << (2 * exponent + 1)), UInt8(mantissa << 3 | exponent))
    }

    // MARK: Parts

    /// Steps of 32 MHz / 2^25, rounded.
    static func carrier(_ frequency: Int) -> SX126xStep {
        let steps = (max(0, min(frequency, 1_020_000_000)) << 25 + 16_000_000) / 32_000_000
        return .send([
            0x86, UInt8(steps >> 24 & 0xFF), UInt8(steps >> 16 & 0xFF), UInt8(steps >> 8 & 0xFF), UInt8(steps & 0xFF),
        ])
    }

    /// The amplifier, at what the part can give. SetPaConfig sets the over-current protection by itself: 140 mA, and 60 mA of
    /// an SX1261.
    static func power(_ power: Int, part: SX126xChip.Part) -> [SX126xStep] {
        let level = max(part.power.lowerBound, min(power, part.power.upperBound))
        let (amplifier, step): ([UInt8], Int) =
            switch part {
            case .sx1261 where level == 15: ([0x06, 0x00, 0x01, 0x01], 14)
            case .sx1261: ([0x04, 0x00, 0x01, 0x01], level)
            case .sx1262, .sx1268, .llcc68: ([0x04, 0x07, 0x00, 0x01], level)
            }
        // Datasheet 15.2: better resistance of the amplifier to an antenna that does not match.
        let clamp: [SX126xStep] = part == .sx1261 ? [] : [.modify(.clamp, mask: 0x1E, value: 0x1E)]
        return clamp + [.send([0x95] + amplifier), .send([0x8E, UInt8(bitPattern: Int8(step)), 0x02])]
    }

    /// Coding rate 4/5, low-data-rate optimisation where symbols last 16 ms or longer; datasheet 15.1 for 500 kHz.
    static func modem(_ lora: Modulation.LoRa) -> [SX126xStep] {
        let bandwidth: UInt8 =
            switch lora.bandwidth {
            case .khz125: 4
            case .khz250: 5
            case .khz500: 6
            }
        return [
            .send([
                0x8B, UInt8(lora.spreadingFactor), bandwidth, 0x01, AirTime.isOptimised(.lora(lora)) ? 1 : 0,
            ]), .modify(.modulationQuality, mask: 0x04, value: lora.bandwidth == .khz500 ? 0 : 0x04),
        ]
    }

    /// Preamble of 8, explicit header; datasheet 15.4 for the polarity.
    static func packet(length: UInt8, hasCRC: Bool, invertedIQ: Bool) -> [SX126xStep] {
        [
            .send([0x8C, 0x00, 0x08, 0x00, length, hasCRC ? 1 : 0, invertedIQ ? 1 : 0]),
            .modify(.polarity, mask: 0x04, value: invertedIQ ? 0 : 0x04),
        ]
    }

    /// All flags are latched; those of `line` raise DIO1.
    static func flags(line: UInt16) -> SX126xStep {
        .send([
            0x08, UInt8(SX126xFlag.all >> 8), UInt8(SX126xFlag.all & 0xFF), UInt8(line >> 8), UInt8(line & 0xFF), 0, 0,
            0, 0,
        ])
    }

    private static let receptionLine =
        SX126xFlag.received | SX126xFlag.headerError | SX126xFlag.crcError | SX126xFlag.timeout

    // MARK: LoRa

    static func transmit(
        _ transmission: Transmission, lora: Modulation.LoRa, power: Int, part: SX126xChip.Part,
        syncWord: SyncWord = .publicNetwork
    ) -> [SX126xStep] {
        var steps: [SX126xStep] = [.send([0x9F, 0x00]), .send([0xA0, 0x00]), .send([0x8A, 0x01])]
        steps.append(carrier(transmission.frequency))
        steps += self.power(power, part: part) + modem(lora)
        let isDownlink = transmission.isDownlink
        steps += packet(
            length: UInt8(clamping: transmission.payload.count), hasCRC: !isDownlink, invertedIQ: isDownlink)
        return steps + [
            .write(.loraSyncWord, loraSyncWord(syncWord)), flags(line: SX126xFlag.sent), .send([0x8F, 0x00, 0x00]),
        ]
    }

    /// - Parameter symbols: of the time-out; 0 for none. It belongs behind SetPacketType, which clears it
    ///   (LoRaMac-node 881).
    static func receive(
        frequency: Int, lora: Modulation.LoRa, symbols: Int = 0, invertedIQ: Bool = true,
        syncWord: SyncWord = .publicNetwork
    ) -> [SX126xStep] {
        let timeout = symbols > 0 ? symbolTimeout(symbols) : nil
        var steps: [SX126xStep] = [.send([0x9F, 0x00]), .send([0x8A, 0x01]), .send([0xA0, timeout?.count ?? 0])]
        if let timeout { steps.append(.write(.symbolTimeout, timeout.register)) }
        steps.append(carrier(frequency))
        steps += modem(lora) + packet(length: 0xFF, hasCRC: false, invertedIQ: invertedIQ)
        return steps + [
            .write(.loraSyncWord, loraSyncWord(syncWord)), flags(line: receptionLine), .send([0x8F, 0x00, 0x00]),
        ]
    }

    /// Two symbols; the peaks of Semtech's own driver.
    static func detect(frequency: Int, lora: Modulation.LoRa) -> [SX126xStep] {
        let peaks: [UInt8] = [22, 22, 24, 25, 26, 29]
        let peak = peaks[max(0, min(lora.spreadingFactor - 7, peaks.count - 1))]
        return receive(frequency: frequency, lora: lora).dropLast(2) + [
            flags(line: SX126xFlag.detectionDone), .send([0x88, 0x01, peak, 0x0A, 0x00, 0x00, 0x00, 0x00]),
        ]
    }

    // MARK: FSK

    static func transmitPacket(_ transmission: Transmission, power: Int, part: SX126xChip.Part) -> [SX126xStep] {
        [.send([0x8A, 0x00]), carrier(transmission.frequency)] + self.power(power, part: part)
            + packets(length: UInt8(clamping: transmission.payload.count))
            + [flags(line: SX126xFlag.sent), .send([0x8F, 0x00, 0x00])]
    }

    static func receivePacket(frequency: Int) -> [SX126xStep] {
        [.send([0x8A, 0x00]), carrier(frequency)] + packets(length: 0xFF)
            + [flags(line: receptionLine), .send([0x8F, 0x00, 0x00])]
    }

    /// 50 kbit/s, BT = 1, 117 kHz, 25 kHz of deviation; preamble of 5 bytes, sync word C194C1, variable length, whitening and
    /// CRC of 2 bytes as LoRaWAN has them.
    private static func packets(length: UInt8) -> [SX126xStep] {
        [
            .send([0x8B, 0x00, 0x50, 0x00, 0x0B, 0x0B, 0x00, 0x66, 0x66]),
            .modify(.modulationQuality, mask: 0x04, value: 0x04),
            .send([0x8C, 0x00, 0x28, 0x05, 0x18, 0x00, 0x01, length, 0x06, 0x01]), .write(.checksumSeed, 0x1D, 0x0F),
            .write(.checksumPolynomial, 0x10, 0x21), .write(.packetSyncWord, 0xC1, 0x94, 0xC1, 0, 0, 0, 0, 0),
            .modify(.whitening, mask: 0x01, value: 0x01), .write(.whiteningSeed, 0xFF),
        ]
    }

    // MARK: Calibration

    /// The band of a carrier, as CalibrateImage wants it; nil outside all of them.
    static func imageBand(of frequency: Int) -> [UInt8]? {
        switch frequency {
        case 430_000_000...440_000_000: [0x6B, 0x6F]
        case 470_000_000...510_000_000: [0x75, 0x81]
        case 779_000_000...787_000_000: [0xC1, 0xC5]
        case 863_000_000...870_000_000: [0xD7, 0xDB]
        case 902_000_000...928_000_000: [0xE1, 0xE9]
        default: nil
        }
    }
}
