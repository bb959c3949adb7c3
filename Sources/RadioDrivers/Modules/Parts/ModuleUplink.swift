import LoRaWAN
import Timekeeping

/// The uplink that a module is to send, and what it was told.
struct ModuleUplink {
    /// What the module was told to send.
    struct Sent {
        /// When it took the command.
        let at: MonotonicInstant
        let transmission: ModuleTransmission
        /// On-time of one transmission, should the module have nothing to answer.
        let shortest: TimeSpan
    }

    private(set) var pending: Uplink?
    /// How often the pending uplink was begun.
    private(set) var attempts = 0
    var sent: Sent?
    /// The pending uplink goes out as a confirmed one, though nobody has asked for that: the module sends those once.
    var goesOnce = false

    private static let attemptLimit = 3
    /// What firmwares take at any data rate (DS40001784, `mac tx`).
    static let longestPayload = 222

    var mayTryAgain: Bool { attempts < Self.attemptLimit }

    /// As the module is told to send it.
    var ordered: Uplink? {
        guard goesOnce, let pending else { return pending }
        return Uplink(port: pending.port, payload: pending.payload, confirmed: true)
    }

    mutating func take(_ uplink: Uplink) { (pending, attempts) = (uplink, 0) }

    /// The module is asked anew what it would do.
    mutating func prepare() { (sent, goesOnce) = (nil, false) }

    mutating func begun() { attempts += 1 }

    /// It was not the uplink's fault.
    mutating func takeBackAttempt() { attempts -= 1 }

    /// - Returns: whether there was one.
    mutating func letGo() -> Bool {
        guard pending != nil else { return false }
        (pending, attempts, goesOnce) = (nil, 0, false)
        return true
    }
}
