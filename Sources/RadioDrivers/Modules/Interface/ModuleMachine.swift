package import HardwareInterfaces
package import LoRaWAN
package import Timekeeping

/// The link to a module as a state machine: lines and times in, orders out.
package protocol ModuleMachine {
    /// What must outlive a restart.
    var record: ModuleRecord { get }
    var isReady: Bool { get }
    /// Bytes that the next uplink can carry, whatever the module has to answer; 0 before the join.
    var maximumPayload: Int { get }
    /// Bytes that an uplink can carry when the module has nothing to answer; 0 before the join.
    var largestPayload: Int { get }
    /// What an uplink is likely to cost with its repetitions; zero before the join.
    func airTime(payloadCount: Int) -> TimeSpan
    var nextDeadline: MonotonicInstant? { get }
    /// The module can be told to ask the network how well it is heard, and for the time.
    var asksNetwork: Bool { get }

    /// Begins with a line that was just opened.
    mutating func startOver(at now: MonotonicInstant) -> [ModuleOrder]
    /// A line from the module, without its end.
    mutating func take(_ line: String, at now: MonotonicInstant) -> [ModuleOrder]
    /// Time has passed.
    mutating func tick(at now: MonotonicInstant) -> [ModuleOrder]
    mutating func send(_ uplink: Uplink, at now: MonotonicInstant) throws(UplinkRefusal) -> [ModuleOrder]
    /// Leaves the session and joins anew.
    mutating func rejoin(at now: MonotonicInstant) -> [ModuleOrder]
    /// Joins anew, and keeps the session as long as it can.
    mutating func renew(isSlowest: Bool, at now: MonotonicInstant) -> [ModuleOrder]
    /// The next uplink asks the network something.
    mutating func ask(_ question: NetworkQuestion)
    /// The line is gone.
    mutating func lineLost(_ reason: String) -> [ModuleOrder]

    // What the budget says of the transmission that was to be authorized.
    mutating func grant(at now: MonotonicInstant) -> [ModuleOrder]
    mutating func postpone(until: MonotonicInstant, reason: WaitReason, at now: MonotonicInstant) -> [ModuleOrder]
    mutating func refuse(at now: MonotonicInstant) -> [ModuleOrder]
}

extension ModuleMachine {
    package var asksNetwork: Bool { false }
    package mutating func ask(_ question: NetworkQuestion) {}
}

/// What an uplink may ask the network (TS001 5.2, 5.10).
package enum NetworkQuestion: Hashable, Sendable {
    /// LinkCheckReq.
    case linkCheck
    /// DeviceTimeReq.
    case time
}

/// What a ``ModuleMachine`` wants done.
package enum ModuleOrder: Hashable, Sendable {
    case write([UInt8])
    case setBreak(Bool)
    case driveReset(PinLevel)
    /// Ask the budget; the answer is ``ModuleMachine/grant(at:)``, ``ModuleMachine/postpone(until:reason:at:)`` or
    /// ``ModuleMachine/refuse(at:)``.
    case authorize(ModuleTransmission, ModuleRecord)
    /// What was granted last is over, and took so long at most; nil where nobody knows.
    case close(TimeSpan?)
    /// What was granted last was not sent.
    case withdraw
    /// The module has sent by itself, and nobody had granted it.
    case book(ModuleTransmission)
    case keep
    case event(ModuleEvent)
}
