import LoRaWAN
public import Timekeeping

/// Whether the pins are wired where they are said to be: seen by what the chip does, with nothing sent.
extension SX127x {
    /// Whether DIO0 is configured.
    public var hasDIO0: Bool { dio0 != nil }

    /// Whether a pulse on NRESET resets the chip; nil where none is configured. The chip is set up again afterwards.
    public func obeysReset(at now: MonotonicInstant) throws(RadioError) -> Bool? {
        guard reset != nil else { return nil }
        try start(at: now)
        return isResetWired
    }

    /// Whether DIO0 rises together with its flag, at the end of a channel activity detection (datasheet 4.1.6); nil where
    /// no DIO0 is configured.
    public func raisesDIO0(at now: MonotonicInstant) throws(RadioError) -> Bool? {
        guard dio0 != nil else { return nil }
        try start(at: now)
        state = .down
        try useLoRa()
        let lora = Modulation.LoRa(spreadingFactor: 7, bandwidth: .khz125)
        try bus.program(SX127xSettings.detect(frequency: 868_100_000, lora: lora, model: bus.model))
        try clearFlagsAndEdges()
        try bus.enter(.detectActivity)
        for _ in 0..<50 {
            pause(.milliseconds(1))
            guard try readFlags() & SX127xFlag.detectDone != 0 else { continue }
            // The edge may be on its way.
            pause(.milliseconds(5))
            let rises = try risingEdge(of: dio0, since: now) != nil
            try rest()
            return rises
        }
        throw RadioError("the radio did not end its channel activity detection; check its supply")
    }
}
