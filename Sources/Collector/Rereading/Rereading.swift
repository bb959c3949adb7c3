package import CollectorStore
package import HardwareInterfaces
import LinuxHardware
import ServerEvents
package import Timekeeping

/// Takes in what a network server itself kept, at the start, when its broker was reached anew, and each hour: neither MQTT nor a
/// webhook delivers all. For one thread, which may wait long for the server; what comes meanwhile is taken in by others.
package final class Rereading {
    package enum Event: Sendable {
        case read(uplinks: Int)
        case failed(RecordsError, retryAfter: TimeSpan)
    }

    private let records: any ServerRecords
    private let server: String
    private let store: any ProfileStore
    private let spool: Spool
    private let clock: any Clock
    private let news: any Waking
    private let isStopped: () -> Bool
    private let report: (Event) -> Void
    private var due: MonotonicInstant
    private var begun: MonotonicInstant?
    private var pause = Rereading.shortestPause

    private static let interval = TimeSpan.hours(1)
    /// Between two, whatever happens.
    private static let rest = TimeSpan.minutes(1)
    private static let shortestPause = TimeSpan.seconds(10)
    private static let longestPause = TimeSpan.minutes(30)
    /// What the server writes late, and what a gateway's clock is behind by, where it does not number what it writes.
    private static let margin = TimeSpan.minutes(10)
    /// Bytes of the spool that wait for the store; more is asked for when there are less.
    private static let mostWaiting = 4_000_000

    /// - Parameters:
    ///   - server: its name, the same in each process that listens to it.
    ///   - news: told when something was spooled.
    package init(
        _ records: any ServerRecords, of server: String, store: any ProfileStore, spool: Spool, clock: any Clock,
        news: any Waking, isStopped: @escaping () -> Bool, report: @escaping (Event) -> Void
    ) {
        self.records = records
        self.server = server
        self.store = store
        self.spool = spool
        self.clock = clock
        self.news = news
        self.isStopped = isStopped
        self.report = report
        due = clock.monotonic
    }

    package var nextDeadline: MonotonicInstant { due }

    /// Something may have been missed.
    package func hasten() {
        let soon = begun.map { $0 + Self.rest } ?? clock.monotonic
        due = min(due, max(soon, clock.monotonic))
    }

    package func poll() {
        let now = clock.monotonic
        guard due <= now else { return }
        do throws(RecordsError) {
            // Of several who use the store one reads.
            guard try mayRead() else {
                due = now + Self.rest
                return
            }
            begun = now
            let count = try read()
            due = now + Self.interval
            pause = Self.shortestPause
            if count > 0 { report(.read(uplinks: count)) }
        } catch {
            guard !isStopped() else { return }
            let wait = error.retryAfter ?? pause
            due = clock.monotonic + wait
            pause = min(pause * 2, Self.longestPause)
            report(.failed(error, retryAfter: wait))
        }
    }

    private func mayRead() throws(RecordsError) -> Bool {
        do throws(ProfileStoreError) { return try store.mayAsk(at: place) } catch { throw RecordsError("\(error)") }
    }

    private var place: String { "records of \(server)" }

    private func read() throws(RecordsError) -> Int {
        let start = clock.utc
        var count = 0
        var known = try position()
        let number = try records.read(from: known) { messages, time throws(RecordsError) in
            try keep(messages)
            count += messages.count
            if let time { try note(min(time, start), &known) }
            while spool.waiting > Self.mostWaiting {
                guard !isStopped() else { throw RecordsError("given up: the program ends") }
                Pause.sleep(.milliseconds(100))
            }
        }
        known.number = number
        try note(start, &known)
        return count
    }

    /// On the disk before the place is noted.
    private func keep(_ messages: [[UInt8]]) throws(RecordsError) {
        guard !messages.isEmpty else { return }
        do throws(HardwareError) {
            for body in messages {
                try spool.append(Spool.Message(server: nil, at: clock.utc, topic: Self.topic, body: body))
            }
            try spool.sync()
        } catch {
            throw RecordsError("\(error)")
        }
        news.wake()
    }

    /// As ChirpStack names uplinks.
    private static let topic = "records/event/up"

    private func position() throws(RecordsError) -> RecordsMark {
        do throws(ProfileStoreError) {
            return RecordsMark(text: String(decoding: try store.memory(place) ?? [], as: UTF8.self))
        } catch {
            throw RecordsError("\(error)")
        }
    }

    /// - Parameters:
    ///   - time: up to which all were read.
    ///   - known: what is noted.
    private func note(_ time: UTCInstant, _ known: inout RecordsMark) throws(RecordsError) {
        known.time = max(known.time ?? time - Self.margin, time - Self.margin)
        do throws(ProfileStoreError) {
            try store.remember(Array(known.text.utf8), as: place)
        } catch {
            throw RecordsError("\(error)")
        }
    }
}
