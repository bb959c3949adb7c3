import HardwareInterfaces
package import LoRaWAN
package import Timekeeping

/// The SX126x behind the port.
///
/// It takes commands, and none while BUSY is high; DIO1 tells everything. Between orders it stays in standby: this is no
/// battery's device. While an order is prepared the oscillator runs, so that a window opens within 0.1 ms.
package final class SX126xChip: RadioChip {
    package static let edgeName = "DIO1"
    package static let lineNames = "DIO1"

    package let lines: ChipLines
    package let pause: (TimeSpan) -> Void
    /// From standby with the oscillator to the first symbol, ramp included.
    package let startUp = TimeSpan.microseconds(126)
    package internal(set) var isResetWired: Bool?
    package internal(set) var maintenanceAt = MonotonicInstant(nanoseconds: 0)
    package internal(set) var rewrites = 0

    let configuration: Configuration
    let wiring: Wiring
    let bus: SX126xBus
    /// What was ordered last.
    var mode = SX126xMode.standby
    var isLoRa = true
    /// For how long SetRx is given in a window.
    var windowTime: [UInt8] = []
    /// At which the image is calibrated.
    var imageBand: [UInt8]?
    /// A window is open, which the chip closes.
    var isInWindow = false

    init(bus: any SPIBus, wiring: Wiring, configuration: Configuration, pause: @escaping (TimeSpan) -> Void) {
        self.bus = SX126xBus(bus, busy: wiring.busy, pause: pause)
        self.wiring = wiring
        self.configuration = configuration
        self.pause = pause
        lines = ChipLines(one: wiring.dio1)
    }

    /// The chip's counter goes to 248; FSK has a timer.
    package static func symbolLimit(of modulation: Modulation) -> Int { modulation == .fsk ? 1023 : 248 }

    package var hasResetLine: Bool { wiring.reset != nil }
    package var unrestingPower: Int? { nil }
    package var packets: (any PacketFIFO)? { nil }

    // MARK: Orders

    package func program(_ transmission: Transmission) throws(RadioError) {
        let (part, power) = (configuration.part, transmission.power - configuration.amplifierGain)
        try prepare(frequency: transmission.frequency, modulation: transmission.modulation)
        switch transmission.modulation {
        case .lora(let lora):
            try bus.run(
                SX126xSettings.transmit(
                    transmission, lora: lora, power: power, part: part, syncWord: configuration.syncWord))
        case .fsk: try bus.run(SX126xSettings.transmitPacket(transmission, power: power, part: part))
        }
        try load(transmission.payload)
        try checkThatItTookAll()
    }

    /// Of two drivers one gives the chip 3 s and the other 65 s: here the timer ends what a false preamble began, as soon as
    /// a header can't come any more.
    package func program(_ window: ReceiveWindow, symbols: Int) throws(RadioError) {
        try prepare(frequency: window.frequency, modulation: window.modulation)
        let symbol = AirTime.symbol(of: window.modulation)
        switch window.modulation {
        case .lora(let lora):
            let counted = SX126xSettings.symbolTimeout(symbols).count
            windowTime = SX126xSettings.time(symbol * (Int64(counted) + Self.headerSymbols) + .milliseconds(10))
            try bus.run(
                SX126xSettings.receive(
                    frequency: window.frequency, lora: lora, symbols: symbols, syncWord: configuration.syncWord))
        case .fsk:
            windowTime = SX126xSettings.time(symbol * Int64(symbols))
            try bus.run(SX126xSettings.receivePacket(frequency: window.frequency))
        }
        try checkThatItTookAll()
    }

    /// Preamble, sync word and header: 8 + 4.25 + 8.
    private static let headerSymbols: Int64 = 21

    package func program(_ reception: ContinuousReception, uplinks: Bool) throws(RadioError) {
        try prepare(frequency: reception.frequency, modulation: reception.modulation)
        switch reception.modulation {
        case .lora(let lora):
            try bus.run(
                SX126xSettings.receive(
                    frequency: reception.frequency, lora: lora, invertedIQ: !uplinks, syncWord: configuration.syncWord))
        case .fsk: try bus.run(SX126xSettings.receivePacket(frequency: reception.frequency))
        }
        try checkThatItTookAll()
    }

    package func program(_ carrier: Carrier) throws(RadioError) {
        try prepare(frequency: carrier.frequency, modulation: .fsk)
        try bus.run(
            [.send([0x8A, 0x00]), SX126xSettings.carrier(carrier.frequency)]
                + SX126xSettings.power(carrier.power - configuration.amplifierGain, part: configuration.part)
                + [
                    .modify(.modulationQuality, mask: 0x04, value: 0x04),
                    .write(.packetSyncWord, 0xC1, 0x94, 0xC1, 0, 0, 0, 0, 0),
                ])
        try checkThatItTookAll()
    }

    package func programDetection(frequency: Int, lora: Modulation.LoRa) throws(RadioError) {
        try prepare(frequency: frequency, modulation: .lora(lora))
        try bus.run(SX126xSettings.detect(frequency: frequency, lora: lora))
        try checkThatItTookAll()
    }

    /// To standby with the oscillator, calibrated for that band.
    private func prepare(frequency: Int, modulation: Modulation) throws(RadioError) {
        if case .lora(let lora) = modulation, !configuration.part.canDo(lora) {
            throw RadioError(
                "an \(configuration.part.rawValue) can't do \(modulation): let the network use a faster data rate, or use "
                    + "an SX1262")
        }
        isLoRa = modulation != .fsk
        isInWindow = false
        try calibrateImage(for: frequency)
        try startOscillator()
        bus.forgetRefusals()
    }

    /// In any other mode the chip takes no settings; one that hangs stays in its own.
    func startOscillator() throws(RadioError) {
        try order(.standbyWithOscillator, [0x80, 0x01])
        guard try isInOrderedMode() else {
            throw hanging("does not change its mode any more", try bus.status())
        }
    }

    package func enter(_ mode: ChipMode) throws(RadioError) {
        switch mode {
        case .transmit, .carrier: try setSwitches(transmitting: true)
        case .window, .continuous, .detect: try setSwitches(transmitting: false)
        }
        isInWindow = mode == .window
        switch mode {
        case .transmit: try order(.transmit, [0x83, 0, 0, 0])
        case .window: try order(.receive, [0x82] + windowTime)
        case .continuous: try order(.receive, [0x82, 0xFF, 0xFF, 0xFF])
        case .carrier: try order(.transmit, [0xD1])
        case .detect: try order(.receive, [0xC5])
        }
    }

    private func order(_ mode: SX126xMode, _ command: [UInt8]) throws(RadioError) {
        self.mode = mode
        try bus.send(command)
    }

    /// - Parameter transmitting: nil to rest.
    private func setSwitches(transmitting: Bool?) throws(RadioError) {
        do {
            try wiring.receiveSwitch?.set(transmitting == false ? .high : .low)
            try wiring.transmitSwitch?.set(transmitting == true ? .high : .low)
        } catch {
            throw RadioError("the antenna switch cannot be driven: \(error)")
        }
    }

    package func isInOrderedMode() throws(RadioError) -> Bool { try bus.status().mode == mode }

    /// The mode that SetRxTxFallbackMode names.
    package func isWaiting() throws(RadioError) -> Bool { try bus.status().mode == .standbyWithOscillator }

    package func settle() throws(RadioError) {
        isInWindow = false
        try order(.standby, [0x80, 0x00])
        try setSwitches(transmitting: nil)
    }

    package func rest() throws(RadioError) {
        try settle()
        try clearFlags()
    }

    package func finishTransmission() throws(RadioError) { try settle() }

    /// A command of which a bit was turned over on its way may be none, and a chip that was reset meanwhile has forgotten what
    /// it was told: then nothing is to go out.
    private func checkThatItTookAll() throws(RadioError) {
        let status = try bus.status()
        guard status.mode == mode, try isSetUp() else {
            throw RadioError(
                "the radio has forgotten its settings while it was told what to do, its status reads "
                    + "0x\([status.rawValue].hexDigits): its supply may have dipped")
        }
        guard !status.isRefusal, !bus.hasRefused else {
            throw RadioError(
                "the radio refused a command: noise on the SPI wires, or another part than the \(configuration.part.rawValue) "
                    + "configured; shorten the wires, lower spi_hz, check part")
        }
    }

    /// Writes a frame to the buffer and reads it back: noise on the wires would be air-time for what no gateway can read.
    private func load(_ frame: [UInt8]) throws(RadioError) {
        for _ in 0..<2 {
            try bus.send([0x0E, 0x00] + frame)
            if try bus.ask([0x1E, 0x00], count: frame.count) == frame { return }
            rewrites += 1
        }
        throw RadioError(
            "the radio does not keep the bytes of a frame; noise on the SPI wires, or a bad supply: shorten the wires, "
                + "lower spi_hz, check 3.3 V")
    }
}
