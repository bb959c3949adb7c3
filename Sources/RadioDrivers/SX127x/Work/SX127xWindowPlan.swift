import LoRaWAN
import Timekeeping

/// When the receiver goes on and for how many symbols: early + late + the six symbols of a detection, within what the
/// chip's counter holds.
struct SX127xWindowPlan: Hashable {
    let opensAt: MonotonicInstant
    /// 6 to 1023.
    let symbols: Int

    init(_ window: ReceiveWindow, early: TimeSpan, late: TimeSpan) {
        let symbol = AirTime.symbol(of: window.modulation)
        let longest = symbol * (1023 - 6)
        // The window shrinks from its far end first, and never opens after its time.
        let early = min(early, longest)
        let late = min(late, longest - early)
        opensAt = window.opensAt - early
        let margin = early + late + symbol - .nanoseconds(1)
        symbols = 6 + Int(margin.nanoseconds / symbol.nanoseconds)
    }
}
