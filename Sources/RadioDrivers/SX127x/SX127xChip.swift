import HardwareInterfaces
package import LoRaWAN
package import Timekeeping

/// The SX127x behind the port.
///
/// It needs chip select and the SPI wires; a reset line lets it recover from a chip that hangs; DIO0 gives the time of
/// TxDone and RxDone by the kernel's stamp, DIO1 that of an empty window's end. Without them, or when an edge is lost, the
/// flags are polled at the time at which they are due.
package final class SX127xChip: RadioChip {
    package static let edgeName = "DIO0"
    package static let lineNames = "DIO0 or DIO1"

    package let lines: ChipLines
    package let pause: (TimeSpan) -> Void
    /// From standby to the first symbol (datasheet tables 7 and 8).
    package let startUp = TimeSpan.microseconds(120)
    package internal(set) var isResetWired: Bool?
    package internal(set) var maintenanceAt = MonotonicInstant(nanoseconds: 0)

    let reset: (any OutputPin)?
    let output: PowerOutput
    let syncWord: SyncWord
    var bus: SX127xBus
    /// Which chip answered; nil before the first start.
    var model: Model?
    /// Degrees Celsius when it was measured last, and when the image was calibrated.
    var lastTemperature: Int?
    var calibratedTemperature = 0
    /// The FSK packet under way.
    var packet = SX127xPacket()

    init(
        bus: any SPIBus, reset: (any OutputPin)?, lines: ChipLines, output: PowerOutput,
        syncWord: SyncWord, pause: @escaping (TimeSpan) -> Void
    ) {
        self.bus = SX127xBus(bus)
        self.reset = reset
        self.lines = lines
        self.output = output
        self.syncWord = syncWord
        self.pause = pause
    }

    package static func symbolLimit(of modulation: Modulation) -> Int { 1023 }

    package var hasResetLine: Bool { reset != nil }
    /// 18 to 20 dBm are for 1 % of the time (datasheet 5.4.3).
    package var unrestingPower: Int? { output == .boost ? 17 : nil }
    package var packets: (any PacketFIFO)? { self }
    package var rewrites: Int { bus.rewrites }

    // MARK: Orders

    package func program(_ transmission: Transmission) throws(RadioError) {
        // Of a packet that failed something may be left.
        packet = SX127xPacket()
        switch transmission.modulation {
        case .lora(let lora):
            try useLoRa()
            try bus.program(
                SX127xSettings.transmit(transmission, lora: lora, output: output, model: bus.model, syncWord: syncWord))
            try bus.load(transmission.payload)
        case .fsk:
            try useFSK()
            try bus.program(SX127xPacketSettings.transmit(transmission, output: output, model: bus.model))
            packet = SX127xPacket(sending: transmission.payload)
        }
    }

    package func program(_ window: ReceiveWindow, symbols: Int) throws(RadioError) {
        try programReception(frequency: window.frequency, modulation: window.modulation, symbols: symbols)
    }

    package func program(_ reception: ContinuousReception, uplinks: Bool) throws(RadioError) {
        try programReception(
            frequency: reception.frequency, modulation: reception.modulation, invertedIQ: !uplinks)
    }

    private func programReception(
        frequency: Int, modulation: Modulation, symbols: Int = 1023, invertedIQ: Bool = true
    ) throws(RadioError) {
        switch modulation {
        case .lora(let lora):
            try useLoRa()
            try bus.program(
                SX127xSettings.receive(
                    frequency: frequency, lora: lora, symbols: symbols, invertedIQ: invertedIQ, model: bus.model))
        case .fsk:
            try useFSK()
            try bus.program(SX127xPacketSettings.receive(frequency: frequency))
        }
    }

    package func program(_ carrier: Carrier) throws(RadioError) {
        try useFSK()
        try bus.program(SX127xPacketSettings.carrier(carrier, output: output, model: bus.model))
    }

    package func programDetection(frequency: Int, lora: Modulation.LoRa) throws(RadioError) {
        try useLoRa()
        try bus.program(SX127xSettings.detect(frequency: frequency, lora: lora, model: bus.model))
    }

    package func enter(_ mode: ChipMode) throws(RadioError) {
        let isLoRa = bus.mode.isLoRa
        switch mode {
        case .transmit where isLoRa: try bus.enter(.transmit)
        case .transmit:
            try writePacket()
            try bus.enter(.fskTransmit)
        case .window where isLoRa: try bus.enter(.receiveSingle)
        case .continuous where isLoRa: try bus.enter(.receiveContinuous)
        case .window, .continuous:
            packet = SX127xPacket()
            try bus.enter(.fskReceive)
        case .carrier: try bus.enter(.fskTransmit)
        case .detect: try bus.enter(.detectActivity)
        }
    }

    package func isInOrderedMode() throws(RadioError) -> Bool { try bus.isInOrderedMode() }

    package func isWaiting() throws(RadioError) -> Bool { try bus.isIn(.standby) }

    // MARK: Modems

    /// To standby in LoRa mode, from wherever it is.
    private func useLoRa() throws(RadioError) {
        if !bus.mode.isLoRa { try settle() }
        try bus.enter(.standby)
    }

    /// To standby in FSK mode, from wherever it is: the modem changes in sleep only.
    func useFSK() throws(RadioError) {
        if bus.mode.isLoRa {
            if bus.mode != .sleep { try bus.enter(.sleep) }
            try bus.enter(.fskSleep)
        }
        try bus.enter(.fskStandby)
    }

    /// To sleep in LoRa mode, from wherever it is.
    package func settle() throws(RadioError) {
        if !bus.mode.isLoRa { try bus.enter(.fskSleep) }
        try bus.enter(.sleep)
    }

    package func rest() throws(RadioError) {
        guard bus.mode.isLoRa else { return try settle() }
        try bus.write(.flags, SX127xFlag.all)
        try bus.enter(.sleep)
    }

    package func finishTransmission() throws(RadioError) {
        guard bus.mode.isLoRa else { return try settle() }
        try bus.write(.flags, SX127xFlag.transmitDone)
        try bus.enter(.sleep)
    }
}
