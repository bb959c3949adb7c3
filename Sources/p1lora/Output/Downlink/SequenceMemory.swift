import FoundationEssentials
import Glibc
import Timekeeping
import UplinkPayload

/// The sequence numbers that this user's last downlinks got, so that several within a minute differ. A file of the
/// temporary folder: what is lost with it costs nothing when a minute has gone by.
enum SequenceMemory {
    /// Where no memory can be kept, the number is that of the minute.
    static func next(at time: UTCInstant) -> Int {
        let path = "\(FileManager.default.temporaryDirectory.path)/p1lora-\(getuid()).downlinks"
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0, isOwn(file), flock(file, LOCK_EX) == 0 else {
            if file >= 0 { close(file) }
            warn(path)
            return CommandFrame.sequence(at: time)
        }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = max(0, read(file, &bytes, bytes.count))
        let lines = String(decoding: bytes.prefix(count), as: UTF8.self).split(separator: "\n").compactMap { line in
            let numbers = line.split(separator: " ").compactMap { Int64($0) }
            return numbers.count == 2 ? (at: numbers[0], sequence: Int(truncatingIfNeeded: numbers[1])) : nil
        }
        let now = time.secondsSince1970
        let recent = lines.filter { (now - 3_600...now).contains($0.at) }.suffix(BridgeSettings.rememberedSequences)
        let sequence = CommandFrame.sequence(at: time, after: recent.map(\.sequence))
        let text = (recent + [(at: now, sequence: sequence)]).map { "\($0.at) \($0.sequence)\n" }.joined()
        if ftruncate(file, 0) != 0 || lseek(file, 0, SEEK_SET) != 0
            || write(file, text, text.utf8.count) != text.utf8.count
        {
            warn(path)
        }
        return sequence
    }

    private static func warn(_ path: String) {
        StandardError.line("p1lora: warning: \(path) can't be kept: two downlinks of one minute get the same number")
    }

    /// In a folder that all can write to, another's file is not to be trusted.
    private static func isOwn(_ file: Int32) -> Bool {
        var status = stat()
        return fstat(file, &status) == 0 && status.st_uid == getuid() && status.st_mode & S_IFMT == S_IFREG
    }
}
