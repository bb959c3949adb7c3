import Timekeeping

/// How often a radio looks, and how long it takes.
enum RadioPace {
    /// Between two looks at the flags when they are late.
    static let poll = TimeSpan.milliseconds(5)
    /// Between two looks at the FIFO of a packet that is longer: half of it takes 5 ms.
    static let refill = TimeSpan.milliseconds(2)
    /// How long after an edge was due the flags are asked.
    static let edgeTolerance = TimeSpan.milliseconds(20)
    /// How long ahead of its opening a window is programmed that interrupts continuous reception.
    static let programming = TimeSpan.milliseconds(5)
    /// Between two looks at the channel's strength.
    static let sense = TimeSpan.milliseconds(1)
    /// Between two looks at a carrier, and between two attempts to end one.
    static let carrier = TimeSpan.seconds(1)
}
