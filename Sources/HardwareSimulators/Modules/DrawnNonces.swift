/// The DevNonces of a module that draws them (LoRaWAN 1.0.3 and before), which outlast whatever happens to it.
///
/// A real one may draw a nonce that it had before, which its network then refuses: one join of 1 300 behind 50 others. That
/// is chance and no fault of a driver, so here none comes twice.
struct DrawnNonces {
    private var drawn: Set<UInt16> = []

    mutating func draw(_ random: inout SeededRandom) -> UInt16 {
        if drawn.count > Int(UInt16.max) { drawn = [] }
        while true {
            let nonce = UInt16(truncatingIfNeeded: random.next())
            if drawn.insert(nonce).inserted { return nonce }
        }
    }
}
