import HardwareInterfaces
package import LoRaWAN
package import Timekeeping

/// A radio made of a chip: one frame or one window at a time, windows that open on time, polling where an edge is missing or
/// lost, listening before talking, class C, and a new start of a chip that failed.
///
/// Nothing waits, except ``start(at:)``, the recovery from a failure, and ahead of an uplink the chip's maintenance: these
/// take some 30 ms, spent in the chip's ``RadioChip/pause``.
package final class ChipRadio<Chip: RadioChip>: BenchRadio {
    /// What happened since the radio was made.
    package var counters: RadioCounters {
        var sum = tally
        sum.rewrites = chip.rewrites
        return sum
    }
    /// Of the windows so far, and of what was measured before.
    package private(set) var lateness: WindowLateness

    let chip: Chip
    let margins: WindowMargins
    var tally = RadioCounters()
    var task = ChipTask.down
    /// Until when an amplifier rests that sent with all its power.
    var fullPowerRestsUntil: MonotonicInstant?

    package init(_ chip: Chip, margins: WindowMargins = WindowMargins()) {
        self.chip = chip
        self.margins = margins
        lateness = margins.lateness
    }

    /// How many symbols a window lasts without a preamble, at the margins that follow from what was measured.
    package static func windowSymbols(
        of modulation: Modulation, after lateness: WindowLateness, _ margins: WindowMargins = WindowMargins()
    ) -> Int {
        let window = ReceiveWindow(
            opensAt: MonotonicInstant(nanoseconds: 0), frequency: 868_100_000, modulation: modulation)
        return WindowPlan(
            window, early: margins.early(after: lateness), late: margins.late, limit: Chip.symbolLimit(of: modulation)
        ).symbols
    }

    // MARK: Orders

    package func start(at now: MonotonicInstant) throws(RadioError) {
        task = .down
        try chip.start(at: now)
        task = .idle
    }

    /// Power outside what the amplifier can give is moved to the nearest it can. Where it may give its most for 1 % of the
    /// time only, a frame that comes sooner goes out with less.
    package func transmit(_ transmission: Transmission, at now: MonotonicInstant) throws(RadioError) {
        guard (1...255).contains(transmission.payload.count) else {
            throw RadioError("a frame of \(transmission.payload.count) bytes cannot be sent: 1 to 255 are possible")
        }
        if task.isOnAir { throw RadioError("the radio is still sending what was ordered before this") }
        try makeReady(at: now)
        try maintain(at: now)
        try persistently(at: now) { () throws(RadioError) in
            if let sense = transmission.carrierSense { return try beginSensing(transmission, sense, at: now) }
            if let start = transmission.startsAt { return try load(transmission, until: start, at: now) }
            try send(transmission, at: now)
        }
    }

    package func receive(_ window: ReceiveWindow, at now: MonotonicInstant) throws(RadioError) {
        if task.isOnAir { throw RadioError("the radio is still sending: no window can be opened yet") }
        try makeReady(at: now)
        let plan = WindowPlan(
            window, early: margins.early(after: lateness), late: margins.late,
            limit: Chip.symbolLimit(of: window.modulation))
        if case .continuous(var continuous) = task, plan.opensAt - now > RadioPace.programming {
            continuous.next = window
            continuous.leavesAt = plan.opensAt - RadioPace.programming
            task = .continuous(continuous)
            return
        }
        try persistently(at: now) { () throws(RadioError) in
            task = .down
            try program(window, plan)
        }
        task = .armed(window, plan)
        if now >= plan.opensAt { try open(window, plan, plannedAt: now, at: now) }
    }

    package func listen(_ reception: ContinuousReception, at now: MonotonicInstant) throws(RadioError) {
        try listen(reception, uplinks: false, at: now)
    }

    package func sleep() throws(RadioError) {
        switch task {
        case .down: return
        case .radiating(let radiation): return try end(radiation)
        case .idle, .loaded, .transmitting, .armed, .listening, .continuous, .sensing: break
        }
        task = .down
        try chip.settle()
        task = .idle
    }

    // MARK: Time

    /// The chip's lines, while an edge of them is wanted: at any other time nobody would take the edge, and a loop that is
    /// woken by it would not rest again.
    package var pollDescriptors: [Int32] {
        switch task {
        case .down, .idle, .loaded, .armed, .sensing, .radiating: []
        case .transmitting, .listening, .continuous: chip.lines.all.compactMap(\.pollDescriptor)
        }
    }

    package var nextDeadline: MonotonicInstant? { task.deadline }

    package func poll(at now: MonotonicInstant) -> [RadioEvent] {
        let isSending = task.isSending
        do {
            switch task {
            case .down, .idle: return []
            case .loaded(let loaded): return try follow(loaded, at: now)
            case .transmitting(let flight): return try follow(flight, at: now)
            case .armed(let window, let plan):
                guard now >= plan.opensAt else { return [] }
                lateness.note(now - plan.opensAt)
                try open(window, plan, plannedAt: plan.opensAt, at: now)
                return []
            case .listening(let listening): return try follow(listening, at: now)
            case .continuous(let continuous): return try follow(continuous, at: now)
            case .sensing(let sensing): return try follow(sensing, at: now)
            case .radiating(let radiation): return follow(radiation, at: now)
            }
        } catch {
            return [recover(from: error.message, isSending: isSending, at: now)]
        }
    }
}
