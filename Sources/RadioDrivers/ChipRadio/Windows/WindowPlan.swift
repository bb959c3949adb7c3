import LoRaWAN
import Timekeeping

/// When the receiver goes on and for how many symbols: early + late + the six symbols of a detection, within what the
/// chip's counter holds. For FSK, where a symbol is a byte, the eight of preamble and sync word.
struct WindowPlan: Hashable {
    let opensAt: MonotonicInstant
    /// 6 to the chip's limit.
    let symbols: Int

    /// - Parameter limit: the most symbols that the chip counts.
    init(_ window: ReceiveWindow, early: TimeSpan, late: TimeSpan, limit: Int = 1023) {
        let symbol = AirTime.symbol(of: window.modulation)
        let needed = window.modulation == .fsk ? 8 : 6
        let longest = symbol * Int64(limit - needed)
        // The window shrinks from its far end first, and never opens after its time.
        let early = min(early, longest)
        let late = min(late, longest - early)
        opensAt = window.opensAt - early
        let margin = early + late + symbol - .nanoseconds(1)
        symbols = needed + Int(margin.nanoseconds / symbol.nanoseconds)
    }
}
