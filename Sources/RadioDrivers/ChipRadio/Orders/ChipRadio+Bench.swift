package import LoRaWAN
package import Timekeeping

extension ChipRadio {
    package func registers(at now: MonotonicInstant) throws(RadioError) -> [RegisterValue] {
        try inPeace(at: now) { radio throws(RadioError) in try radio.chip.registers() }
    }

    package func temperature(at now: MonotonicInstant) throws(RadioError) -> Int? {
        try inPeace(at: now) { radio throws(RadioError) in try radio.chip.measureTemperature() }
    }

    package func channelStrength(
        frequency: Int, modulation: Modulation, at now: MonotonicInstant
    ) throws(RadioError) -> Int {
        try inPeace(at: now) { radio throws(RadioError) in
            try radio.receiveContinuously(ContinuousReception(frequency: frequency, modulation: modulation))
            radio.chip.pause(.milliseconds(2))
            return try radio.chip.strength(frequency: frequency, modulation: modulation)
        }
    }

    package func hearsPreamble(
        frequency: Int, modulation: Modulation, at now: MonotonicInstant
    ) throws(RadioError) -> Bool {
        guard case .lora(let lora) = modulation else {
            throw RadioError("channel activity detection is for LoRa; ask for the channel's strength instead")
        }
        return try inPeace(at: now) { radio throws(RadioError) in
            try radio.detect(frequency: frequency, lora: lora)
            let symbol = AirTime.symbol(of: modulation)
            // It takes about two symbols.
            return try radio.awaitDetection(looks: 20, every: max(symbol / 2, .milliseconds(1))).contains(.detected)
        }
    }

    func detect(frequency: Int, lora: Modulation.LoRa) throws(RadioError) {
        try chip.programDetection(frequency: frequency, lora: lora)
        try clearFlagsAndEdges()
        try chip.enter(.detect)
    }

    func awaitDetection(looks: Int, every interval: TimeSpan) throws(RadioError) -> ChipFlags {
        for _ in 0..<looks {
            chip.pause(interval)
            let flags = try chip.flags()
            if flags.contains(.detectionDone) { return flags }
        }
        throw RadioError("the radio did not end its channel activity detection; check its supply")
    }

    package func monitor(
        frequency: Int, modulation: Modulation, uplinks: Bool, at now: MonotonicInstant
    ) throws(RadioError) {
        try listen(
            ContinuousReception(frequency: frequency, modulation: modulation), uplinks: uplinks, at: now)
    }

    private func inPeace<Answer>(
        at now: MonotonicInstant, _ ask: (ChipRadio) throws(RadioError) -> Answer
    ) throws(RadioError) -> Answer {
        if task.isOnAir { throw RadioError("the radio is sending: ask again when it is done") }
        try makeReady(at: now)
        task = .down
        try chip.settle()
        let answer = try ask(self)
        try rest()
        return answer
    }
}
