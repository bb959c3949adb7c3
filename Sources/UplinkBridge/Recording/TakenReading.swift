import BridgeStore
import MeterValues

/// What came of a reading.
struct TakenReading {
    /// With the registers that are counted here.
    var reading: Reading
    /// Whether its time is known to be right.
    var isDated: Bool
    /// The meter has counted a power failure since its last reading.
    var powerHadFailed = false
    /// The newest boundary that the store gives out since.
    var stored: QuarterHour?
    /// What went wrong when it was to be stored.
    var trouble: StoreError?
}
