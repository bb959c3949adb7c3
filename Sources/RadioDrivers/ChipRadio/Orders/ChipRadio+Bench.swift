public import LoRaWAN
public import Timekeeping

/// What bench work asks of the chip, and what tells whether it is well. Each question wakes the chip where it has to, ends
/// what is under way except a transmission, takes milliseconds (spent in `pause`), and leaves the chip asleep.
extension SX127x {
    /// A register as it was read.
    public struct RegisterValue: Hashable, Sendable {
        /// 0x01 to 0x70.
        public let address: UInt8
        /// What the datasheet calls it, in words; nil for those that the driver does not use.
        public let name: String?
        public let value: UInt8
    }

    /// All registers of the LoRa page from 0x01 to 0x70, in their order. The FIFO is not read: that would move its pointer.
    public func registers(at now: MonotonicInstant) throws(RadioError) -> [RegisterValue] {
        try inPeace(at: now) { radio throws(RadioError) in
            var values: [RegisterValue] = []
            for address in UInt8(0x01)...0x70 {
                var register = SX127xRegister(rawValue: address)
                let isDAC = register == .amplifierDAC || register == .amplifierDAC1272
                if isDAC, register != radio.bus.model.amplifierDAC { register = nil }
                values.append(
                    RegisterValue(
                        address: address, name: register?.name, value: try radio.bus.read(address: address)))
            }
            return values
        }
    }

    /// Degrees Celsius by the chip's own sensor (RegTemp), which nobody has calibrated: absolute values are off by up to
    /// some 15 K, differences are right.
    public func temperature(at now: MonotonicInstant) throws(RadioError) -> Int {
        try inPeace(at: now) { radio throws(RadioError) in try radio.measureTemperature() }
    }

    /// The strength on a channel at present, in dBm: of the strongest signal, or of the noise.
    public func channelStrength(
        frequency: Int, modulation: Modulation, at now: MonotonicInstant
    ) throws(RadioError) -> Int {
        try inPeace(at: now) { radio throws(RadioError) in
            try radio.receiveContinuously(frequency: frequency, modulation: modulation)
            radio.pause(.milliseconds(2))
            return try radio.presentStrength(frequency: frequency, modulation: modulation)
        }
    }

    /// Channel activity detection: whether a LoRa preamble of this data rate is on the channel now (datasheet 4.1.6).
    public func hearsPreamble(
        frequency: Int, modulation: Modulation, at now: MonotonicInstant
    ) throws(RadioError) -> Bool {
        guard case .lora(let lora) = modulation else {
            throw RadioError("channel activity detection is for LoRa; ask for the channel's strength instead")
        }
        return try inPeace(at: now) { radio throws(RadioError) in
            try radio.useLoRa()
            try radio.bus.program(SX127xSettings.detect(frequency: frequency, lora: lora, model: radio.bus.model))
            try radio.clearFlagsAndEdges()
            try radio.bus.enter(.detectActivity)
            let symbol = AirTime.symbol(of: modulation)
            // It takes about two symbols.
            for _ in 0..<20 {
                radio.pause(max(symbol / 2, .milliseconds(1)))
                let flags = try radio.readFlags()
                if flags & SX127xFlag.detectDone != 0 { return flags & SX127xFlag.detected != 0 }
            }
            throw RadioError("the radio did not end its channel activity detection; check its supply")
        }
    }

    /// Hears every frame on a channel until another order comes, also other devices' uplinks. Each is reported by
    /// ``poll(at:)`` as `.received`.
    ///
    /// - Parameter uplinks: true for what devices send, false for what gateways send (the IQ polarity differs).
    public func monitor(
        frequency: Int, modulation: Modulation, uplinks: Bool, at now: MonotonicInstant
    ) throws(RadioError) {
        try listen(
            ContinuousReception(frequency: frequency, modulation: modulation), uplinks: uplinks, at: now)
    }

    private func inPeace<Answer>(
        at now: MonotonicInstant, _ ask: (SX127x) throws(RadioError) -> Answer
    ) throws(RadioError) -> Answer {
        if isOnAir { throw RadioError("the radio is sending: ask again when it is done") }
        try makeReady(at: now)
        state = .down
        try settle()
        let answer = try ask(self)
        try rest()
        return answer
    }
}
