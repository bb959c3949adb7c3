import HardwareInterfaces
import LoRaWAN
import Timekeeping

/// What keeps the chip well: a look at its settings ahead of each order, maintenance, and a new start when something failed.
extension ChipRadio {
    /// Brings the chip up where it is down, and where its supply dipped unseen.
    func makeReady(at now: MonotonicInstant) throws(RadioError) {
        switch task {
        case .down: return try start(at: now)
        case .idle, .armed, .continuous: break
        case .loaded, .transmitting, .listening, .sensing, .radiating: return
        }
        if try !chip.hasKeptSettings() { try startAfterBrownOut(at: now) }
    }

    func startAfterBrownOut(at now: MonotonicInstant) throws(RadioError) {
        tally.resets += 1
        try start(at: now)
        // Otherwise it is worse.
        tally.brownOuts += 1
    }

    /// Carries an order out, and once more on a chip that was reset and set up anew where it could not.
    func persistently(at now: MonotonicInstant, _ work: () throws(RadioError) -> Void) throws(RadioError) {
        do {
            try work()
        } catch {
            tally.resets += 1
            try start(at: now)
            try work()
        }
    }

    func maintain(at now: MonotonicInstant) throws(RadioError) {
        guard now >= chip.maintenanceAt else { return }
        task = .down
        if try chip.maintain(at: now) { tally.recalibrations += 1 }
        task = .idle
    }

    /// Resets the chip and restores everything (LoRaMac-node 538, 627: a partial recovery leaves it on a wrong carrier).
    func recover(from reason: String, isSending: Bool, at now: MonotonicInstant) -> RadioEvent {
        tally.resets += 1
        var report = reason
        do {
            try start(at: now)
            report += "; it was reset and set up anew"
        } catch {
            report += "; setting it up anew failed too: " + error.message
        }
        guard !isSending else { return .transmitFailed(reason: report, at: now) }
        tally.windowFailures += 1
        return .windowFailed(reason: report, at: now)
    }

    func rest() throws(RadioError) {
        try chip.rest()
        task = .idle
    }

    // MARK: Edges

    /// A line that is already high gives no second edge, and an old edge is not to be taken for a new one.
    func clearFlagsAndEdges() throws(RadioError) {
        try chip.clearFlags()
        for line in chip.lines.all {
            while try nextEdge(of: line) != nil {}
        }
    }

    func risingEdge(of line: (any EdgePin)?, since start: MonotonicInstant) throws(RadioError) -> MonotonicInstant? {
        while let edge = try nextEdge(of: line) {
            if edge.rising, edge.at >= start { return edge.at }
        }
        return nil
    }

    /// Whether the line changed.
    func anyEdge(of line: (any EdgePin)?) throws(RadioError) -> Bool {
        var isSeen = false
        while try nextEdge(of: line) != nil { isSeen = true }
        return isSeen
    }

    private func nextEdge(of line: (any EdgePin)?) throws(RadioError) -> PinEdge? {
        do {
            return try line?.nextEdge()
        } catch {
            throw RadioError("\(Chip.lineNames) cannot be read: \(error)")
        }
    }
}
