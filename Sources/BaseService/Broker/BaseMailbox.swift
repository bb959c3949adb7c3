import HardwareInterfaces
import LoRaWAN
import PrivateLink
import Synchronization

/// What passes between the radio's thread and the broker's. Neither waits for the other.
final class BaseMailbox: Sendable {
    /// For the broker.
    struct Message: Sendable {
        let topic: String
        let payload: String
    }

    private struct Contents {
        var messages: [Message] = []
        var dropped = 0
        var downlinks: [(QueuedDownlink, DevEUI)] = []
    }

    private let contents = Mutex(Contents())
    private let radio: any Waking
    private let broker: any Waking

    /// A day and more of live values of one device; the oldest go first.
    static let limit = 10_000

    init(radio: any Waking, broker: any Waking) {
        (self.radio, self.broker) = (radio, broker)
    }

    func post(_ message: Message) {
        contents.withLock {
            if $0.messages.count >= Self.limit {
                $0.messages.removeFirst()
                $0.dropped += 1
            }
            $0.messages.append(message)
        }
        broker.wake()
    }

    /// What waits for the broker, and how much was thrown away because it was away too long.
    func takeMessages() -> (messages: [Message], dropped: Int) {
        contents.withLock { contents in
            defer { (contents.messages, contents.dropped) = ([], 0) }
            return (contents.messages, contents.dropped)
        }
    }

    /// Not taken by the broker: they go first the next time.
    func putBack(_ messages: [Message]) {
        contents.withLock { $0.messages.insert(contentsOf: messages, at: 0) }
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
