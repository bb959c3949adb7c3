import Glibc
package import HardwareInterfaces
import Synchronization
package import Timekeeping

/// What has come and is not in the store yet: a file that each message is appended to before anything else is done with it.
///
/// A client of MQTT acknowledges a message before it hands it on, so nobody but this file has it then. What stands in it after
/// a kill is taken in by the next start; what had been taken in already changes nothing the second time.
package final class Spool: Sendable {
    package struct Message: Hashable, Sendable {
        /// The number of the `[[server]]`, from 0; nil for what came otherwise.
        package var server: UInt8?
        package var at: UTCInstant
        package var topic: String
        package var body: [UInt8]

        package init(server: UInt8?, at: UTCInstant, topic: String, body: [UInt8]) {
            self.server = server
            self.at = at
            self.topic = topic
            self.body = body
        }
    }

    private struct Content: ~Copyable {
        let file: Int32
        /// Where the file ends, and where what is in the store ends.
        var end: Int = 0
        var done: Int = 0
        /// Of the last ``next(most:)``.
        var taken: (file: Int, held: Int) = (0, 0)
        /// What the disk would not take.
        var held: [Message] = []
        var dropped = 0

        deinit { close(file) }
    }

    private let path: String
    private let content: Mutex<Content>

    /// Messages that are held in memory where the disk takes nothing.
    package static let mostHeld = 10_000
    /// How many collectors can use one store on one machine.
    private static let mostFiles = 16

    /// Opens the first file of its kind that no other process has open, and goes on with what is in it.
    package init(beside store: String) throws(HardwareError) {
        for number in 1...Self.mostFiles {
            let path = number == 1 ? "\(store).spool" : "\(store).spool-\(number)"
            let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            guard file >= 0 else { throw Self.refusal(path, errno) }
            guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
                close(file)
                continue
            }
            self.path = path
            var content = Content(file: file)
            content.end = Self.wholeRecords(of: file)
            // The end of a record that a power cut left unfinished.
            _ = ftruncate(file, content.end)
            self.content = Mutex(content)
            return
        }
        throw HardwareError(
            .busy, device: "\(store).spool", message: "\(Self.mostFiles) collectors use this store already")
    }

    /// Appends a message. Where the disk takes it not, it is held in memory, up to ``mostHeld``.
    /// - Throws: when the disk did not take it.
    package func append(_ message: Message) throws(HardwareError) {
        let record = SpoolRecord.bytes(of: message)
        let code = content.withLock { content -> Int32? in
            if content.held.isEmpty {
                let code = Self.write(record, to: content.file, at: content.end)
                guard let code else {
                    content.end += Int(record.count)
                    return nil
                }
                _ = ftruncate(content.file, content.end)
                content.held.append(message)
                return code
            }
            // Behind those that wait, so that the order stays.
            if content.held.count < Self.mostHeld { content.held.append(message) } else { content.dropped += 1 }
            return content.held.count < Self.mostHeld ? nil : ENOSPC
        }
        if let code { throw Self.refusal(path, code) }
    }

    /// What was appended is on the disk when this returns.
    package func sync() throws(HardwareError) {
        let file = content.withLock { $0.file }
        if fdatasync(file) != 0 { throw Self.refusal(path, errno) }
    }

    /// Messages that nobody could keep: neither disk nor memory had room.
    package var dropped: Int { content.withLock { $0.dropped } }

    /// Bytes of the file that the store has not taken yet.
    package var waiting: Int { content.withLock { $0.end - $0.done } }

    package var isEmpty: Bool { content.withLock { $0.done == $0.end && $0.held.isEmpty } }

    /// The oldest messages; the same again until ``finish()``.
    package func next(most: Int) -> [Message] {
        content.withLock { content in
            var messages: [Message] = []
            var place = content.done
            while messages.count < most, place < content.end,
                let (message, length) = SpoolRecord.read(from: content.file, at: place, end: content.end)
            {
                messages.append(message)
                place += length
            }
            // Behind what was damaged while it lay here nothing can be found.
            if messages.isEmpty, place < content.end { place = content.end }
            let held = content.held.prefix(most - messages.count)
            content.taken = (place - content.done, held.count)
            return messages + held
        }
    }

    /// What ``next(most:)`` gave is in the store.
    package func finish() {
        content.withLock { content in
            content.done += content.taken.file
            content.held.removeFirst(content.taken.held)
            content.taken = (0, 0)
            if content.done == content.end, content.end > 0, ftruncate(content.file, 0) == 0 {
                (content.done, content.end) = (0, 0)
            }
        }
    }

    private static func refusal(_ path: String, _ code: Int32) -> HardwareError {
        HardwareError(
            .failed(errno: code), device: path, message: "can't be written: \(String(cString: strerror(code)))")
    }

    private static func write(_ bytes: [UInt8], to file: Int32, at place: Int) -> Int32? {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes {
                pwrite(file, $0.baseAddress, $0.count, place + Int(written))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return count < 0 ? errno : ENOSPC }
            written += count
        }
        return nil
    }

    private static func wholeRecords(of file: Int32) -> Int {
        var status = stat()
        guard fstat(file, &status) == 0 else { return 0 }
        var place: Int = 0
        while let (_, length) = SpoolRecord.read(from: file, at: place, end: Int(status.st_size)) { place += length }
        return place
    }
}
