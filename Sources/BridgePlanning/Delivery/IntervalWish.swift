/// What an intervals report is to carry.
package struct IntervalWish {
    var chances: DeliveryChances
    /// A quarter-hour that was sent so often is not wanted any more.
    var copies: Double
    /// Whether no quarter-hour is sent twice, because sums make up for what is lost.
    var isOnce = false
    /// The part of the frames that is lost.
    var loss = 0.3
    /// Whether the newest may wait for the next frame, where older ones that are far back would take long.
    var mayBeOlder = false
    /// Steps of air-time that may be filled with more history, if there is no need for them.
    var spareSteps = 0
}
