import LoRaWAN
package import Timekeeping

/// Whether the pins are wired where they are said to be: seen by what the chip does, with nothing sent.
extension ChipRadio {
    package var edgeName: String { Chip.edgeName }

    package var hasEdge: Bool { chip.lines.done != nil }

    package func obeysReset(at now: MonotonicInstant) throws(RadioError) -> Bool? {
        guard chip.hasResetLine else { return nil }
        try start(at: now)
        return chip.isResetWired
    }

    /// At the end of a channel activity detection.
    package func raisesEdge(at now: MonotonicInstant) throws(RadioError) -> Bool? {
        guard hasEdge else { return nil }
        try start(at: now)
        task = .down
        try detect(frequency: 868_100_000, lora: Modulation.LoRa(spreadingFactor: 7, bandwidth: .khz125))
        _ = try awaitDetection(looks: 50, every: .milliseconds(1))
        // The edge may be on its way.
        chip.pause(.milliseconds(5))
        let rises = try risingEdge(of: chip.lines.done, since: now) != nil
        try rest()
        return rises
    }
}
