import BridgeStore
import HardwareInterfaces
import LoRaWAN
import PrivateLink
import Synchronization

/// What passes between the radio's thread and the broker's. Neither waits for the other: events are on the disk already when they
/// come here, and the numbers of those that the broker has go back, to be forgotten with the next state that is stored.
final class BaseMailbox: Sendable {
    private struct Contents {
        var events: [BaseEventRecord] = []
        var dropped = 0
        var taken: [Int64] = []
        var downlinks: [(QueuedDownlink, DevEUI)] = []
    }

    private let contents = Mutex(Contents())
    private let radio: any Waking
    private let broker: any Waking

    /// A day and more of live values of one device, some 7 MB on the disk; the oldest go first.
    static let limit = 10_000

    init(radio: any Waking, broker: any Waking) {
        (self.radio, self.broker) = (radio, broker)
    }

    func post(_ events: [BaseEventRecord]) {
        guard !events.isEmpty else { return }
        contents.withLock { contents in
            contents.events += events
            let excess = contents.events.count - Self.limit
            guard excess > 0 else { return }
            // The broker will not have them, and the disk has no room for them.
            contents.taken += contents.events.prefix(excess).map(\.number)
            contents.events.removeFirst(excess)
            contents.dropped += excess
        }
        broker.wake()
    }

    /// What waits for the broker, oldest first, and how much was thrown away because it was away too long.
    func takeEvents(upTo count: Int) -> (events: [BaseEventRecord], dropped: Int) {
        contents.withLock { contents in
            let events = Array(contents.events.prefix(count))
            contents.events.removeFirst(events.count)
            defer { contents.dropped = 0 }
            return (events, contents.dropped)
        }
    }

    /// Events that wait to be handed over.
    var waiting: Int { contents.withLock(\.events.count) }

    /// Not taken by the broker: they go first the next time.
    func putBack(_ events: [BaseEventRecord]) {
        contents.withLock { $0.events.insert(contentsOf: events, at: 0) }
    }

    /// The broker has them, or the disk did not take that it has.
    func noteTaken(_ numbers: [Int64]) {
        contents.withLock { $0.taken += numbers }
    }

    /// Numbers that the disk is to forget.
    func takeTaken() -> [Int64] {
        contents.withLock { contents in
            defer { contents.taken = [] }
            return contents.taken
        }
    }

    func post(_ downlink: QueuedDownlink, for device: DevEUI) {
        contents.withLock { $0.downlinks.append((downlink, device)) }
        radio.wake()
    }

    func takeDownlinks() -> [(QueuedDownlink, DevEUI)] {
        contents.withLock { contents in
            defer { contents.downlinks = [] }
            return contents.downlinks
        }
    }
}
