/// What goes wrong with a simulated module, once, at one of its commands.
package enum ModuleFault: Hashable, Sendable, CaseIterable {
    /// The command is lost on the line: nothing happens.
    case commandLost
    /// The command is carried out; its answer is lost.
    case answerLost
    /// The command is carried out; its answer arrives as noise.
    case answerGarbled
    /// The command is taken; its last line (accepted, mac_tx_ok, ...) never comes.
    case endLost
    /// The last line arrives as noise.
    case endGarbled
    /// The supply drops before the command is carried out: the module begins anew with its banner.
    case brownOutBefore
    /// The supply drops 300 ms after the command was taken: in the middle of a transmission or a save.
    case brownOutAfter
    /// From now on every MAC command is answered with busy, until a reset.
    case stuckBusy
    /// The module has measured a wrong speed: it hears and says noise, until a break and 0x55.
    case wrongBaud
    /// Nothing at all, until the reset pin is pulled or the power fails.
    case hung
    /// The adapter is pulled out; it is there again when the line is opened anew.
    case unplugged
    /// The network orders silence (`silent`), until `mac forceENABLE`.
    case silenced
    /// The MAC is paused, until `mac resume`.
    case paused
}
