package import HardwareInterfaces
import Synchronization

/// Downlinks that wait for a connection.
package final class Outbox: Sendable {
    package struct Letter: Hashable, Sendable {
        package var topic: String
        package var payload: [UInt8]
        /// It stands at its topic until the next one does.
        package var isRetained = false

        package init(topic: String, payload: [UInt8], isRetained: Bool = false) {
            self.topic = topic
            self.payload = payload
            self.isRetained = isRetained
        }
    }

    private struct Content {
        var letters: [Letter] = []
        /// Where retained ones stand: a newer one takes the place of the older.
        var places: [String: Int] = [:]
    }

    private let content = Mutex(Content())
    private let waker: any Waking
    /// The server's, the same in each process that listens to it.
    package let server: String

    package init(to server: String, waker: any Waking) {
        self.server = server
        self.waker = waker
    }

    package func put(_ letter: Letter) {
        content.withLock { content in
            if letter.isRetained, let place = content.places[letter.topic] {
                content.letters[place] = letter
            } else {
                if letter.isRetained { content.places[letter.topic] = content.letters.count }
                content.letters.append(letter)
            }
        }
        waker.wake()
    }

    package func takeAll() -> [Letter] {
        content.withLock { content in
            defer { content = Content() }
            return content.letters
        }
    }
}
