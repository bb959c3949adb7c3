package import HardwareInterfaces
package import LoRaWAN
package import Timekeeping

/// A module on a serial line: a LoRaWAN device of its own, which is told what to send.
///
/// It never blocks. The event loop calls ``poll(at:)`` when the line is readable and when ``nextDeadline`` has come, and
/// gets what happened. Nothing is transmitted that the budget has not granted and stored.
package final class ModuleDriver {
    private var machine: any ModuleMachine
    private let budget: any TransmissionBudget
    private let reset: (any OutputPin)?
    private var line: (any BreakableLine)?
    private var buffer: [UInt8] = []
    private var events: [ModuleEvent] = []

    /// The longest line is a downlink of 222 bytes; what is longer than this is noise.
    private static let longestLine = 1_024

    /// - Parameter reset: the module's RESET, active low; nil where it is not wired.
    package init(machine: any ModuleMachine, budget: any TransmissionBudget, reset: (any OutputPin)? = nil) {
        self.machine = machine
        self.budget = budget
        self.reset = reset
    }

    package convenience init(
        _ make: any ModuleMake.Type, _ configuration: DeviceConfiguration, record: ModuleRecord?, probe: Uplink,
        budget: any TransmissionBudget, reset: (any OutputPin)? = nil, random: any RandomSource
    ) throws(DeviceError) {
        let parts = ModuleParts(
            configuration: configuration, record: record, probe: probe, hasResetPin: reset != nil, random: random)
        self.init(machine: try make.makeMachine(parts), budget: budget, reset: reset)
    }

    /// Starts over with a line that was opened at ``ModuleMake/baudRate``: at the start, and after ``ModuleEvent/lineLost(_:)``.
    package func attach(_ line: any BreakableLine, at now: MonotonicInstant) {
        self.line = line
        buffer = []
        perform(machine.startOver(at: now), at: now)
    }

    /// The module can be told to ask the network how well it is heard, and for the time.
    package var asksNetwork: Bool { machine.asksNetwork }
    /// Whether an uplink would be taken.
    package var isReady: Bool { machine.isReady }
    /// Whether there is a line; without one nothing happens.
    package var isAttached: Bool { line != nil }
    package var session: ModuleRecord.Session? { machine.record.session }
    /// Bytes that the next uplink can carry, whatever the module has to answer; 0 before the join.
    package var maximumPayload: Int { machine.maximumPayload }
    /// Bytes that an uplink can carry when the module has nothing to answer; 0 before the join.
    package var largestPayload: Int { machine.largestPayload }
    /// What an uplink costs with its repetitions at the present data rate; zero before the join.
    package func airTime(payloadCount: Int) -> TimeSpan { machine.airTime(payloadCount: payloadCount) }

    package var nextDeadline: MonotonicInstant? { machine.nextDeadline }
    package var pollDescriptors: [Int32] { line?.pollDescriptor.map { [$0] } ?? [] }

    /// Takes what the module says, does what is due, and tells what happened since the last call.
    package func poll(at now: MonotonicInstant) -> [ModuleEvent] {
        for text in readLines(at: now) { perform(machine.take(text, at: now), at: now) }
        perform(machine.tick(at: now), at: now)
        defer { events = [] }
        return events
    }

    /// Takes an uplink, which is sent as soon as it may be.
    package func send(_ uplink: Uplink, at now: MonotonicInstant) throws(UplinkRefusal) {
        perform(try machine.send(uplink, at: now), at: now)
    }

    /// Leaves the session and joins anew; while an uplink is under way, or without a session, nothing.
    package func rejoin(at now: MonotonicInstant) { perform(machine.rejoin(at: now), at: now) }

    /// Joins anew, and takes the session up again when that is not answered; nothing unless the module is ready.
    /// - Parameter isSlowest: at the slowest data rate; else at any.
    package func renew(isSlowest: Bool, at now: MonotonicInstant) {
        perform(machine.renew(isSlowest: isSlowest, at: now), at: now)
    }

    /// The next uplink asks the network something.
    /// - Returns: false where the module can't be told to ask.
    package func ask(_ question: NetworkQuestion) -> Bool {
        machine.ask(question)
        return machine.asksNetwork
    }

    private func perform(_ orders: [ModuleOrder], at now: MonotonicInstant) {
        var queue = orders[...]
        while let order = queue.popFirst() {
            do throws(HardwareError) {
                switch order {
                case .write(let bytes): try line?.write(bytes)
                case .setBreak(let isOn): try line?.setBreak(isOn)
                case .driveReset(let level): try reset?.set(level)
                case .authorize(let transmission, let record):
                    switch budget.authorize(transmission, record: record, at: now) {
                    case .granted: queue += machine.grant(at: now)
                    case .later(let until, let reason): queue += machine.postpone(until: until, reason: reason, at: now)
                    case .never: queue += machine.refuse(at: now)
                    }
                case .close(let airTime): budget.close(at: now, airTime: airTime)
                case .withdraw: budget.withdraw()
                case .book(let transmission): budget.book(transmission, record: machine.record, at: now)
                case .keep: budget.keep(machine.record, at: now)
                case .event(let event): events.append(event)
                }
            } catch {
                // What was ordered before the line was lost is void.
                queue = lineLost(error.description)[...]
            }
        }
    }

    private func lineLost(_ reason: String) -> [ModuleOrder] {
        line = nil
        buffer = []
        return machine.lineLost(reason)
    }

    private func readLines(at now: MonotonicInstant) -> [String] {
        guard let line else { return [] }
        do {
            // One read each: a line that never falls silent must not hold the loop.
            if try line.read(into: &buffer, limit: 4_096) == .ended {
                perform(lineLost("the line to the module has ended: is the adapter unplugged?"), at: now)
                return []
            }
        } catch {
            perform(lineLost(error.description), at: now)
            return []
        }
        var lines: [String] = []
        while let end = buffer.firstIndex(of: 0x0A) {
            let bytes = buffer[..<end].filter { $0 != 0x0D }
            buffer.removeSubrange(...end)
            if !bytes.isEmpty { lines.append(String(decoding: bytes, as: UTF8.self)) }
        }
        if buffer.count > Self.longestLine { buffer = [] }
        return lines
    }
}
