/// What goes wrong with a simulated module with AT commands, once, at one of its commands.
package enum ATModuleFault: Hashable, Sendable, CaseIterable {
    /// The command is lost on the line: nothing happens.
    case commandLost
    /// The command is carried out; its answer is lost.
    case answerLost
    /// The command is carried out; its answer arrives as noise.
    case answerGarbled
    /// The command is taken; its last line never comes.
    case endLost
    /// The last line arrives as noise.
    case endGarbled
    /// The end of the command's line is lost: the module says so, and carries it out all the same.
    case lineEndLost
    /// The supply drops before the command is carried out: the module begins anew.
    case brownOutBefore
    /// The supply drops 300 ms after the command was taken: in the middle of a transmission.
    case brownOutAfter
    /// From now on every MAC command is answered with busy, until a reset.
    case stuckBusy
    /// Nothing at all, until the reset pin is pulled or the power fails.
    case hung
    /// The adapter is pulled out; it is there again when the line is opened anew.
    case unplugged
    /// It has forgotten its session, and says nothing of it.
    case sessionForgotten
    /// It sends an empty frame of its own, unasked.
    case sendsByItself
    /// A payload is answered with an error, and a frame is sent all the same.
    case refusedButSent
    /// Its own duty cycle forbids all, for 20 seconds.
    case bandClosed
    /// Somebody has switched it to LoRa without LoRaWAN.
    case otherMode
}
