package import LoRaWAN
package import Timekeeping

/// What a simulation of a base and its bridges is asked for.
package struct BaseTrialPlan {
    package var days: Int64
    /// On the one channel, 1 to 8, all with the same configuration but for DevEUI and key.
    package var bridges: Int
    package var loss = LossPattern.independent(0)
    /// Of all, and not moved; nil lets the base begin with the configuration's and move.
    package var dataRate: DataRate?
    package var seed: UInt64 = 1
    /// Power cuts of the base, and as many of the bridges together.
    package var cuts = 0
    /// Half-way the first bridge's board is replaced, and paired anew.
    package var replacesBoard = false
    /// Between two telegrams of a meter.
    package var telegramEvery = TimeSpan.seconds(10)

    package init(days: Int64, bridges: Int) { (self.days, self.bridges) = (days, bridges) }
}
