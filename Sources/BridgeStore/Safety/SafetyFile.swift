import Glibc
import Synchronization

/// A small file with the two newest records of the few numbers that must outlive the state file.
///
/// Two places of equal size are written in turns, where they lie: a power cut leaves the other one whole, and a full disk has
/// room for both, for they are filled when the file is made. A record that outgrows them makes a larger file, under another
/// name first.
final class SafetyFile: Sendable {
    struct Record: Hashable, Sendable {
        /// Counts the commits of the device.
        var sequence: UInt64
        /// With a check of its own.
        var bytes: [UInt8]
    }

    let path: String
    private let faults: DiskFaults?
    private let state: Mutex<State>

    private struct State: Sendable {
        var lock: FileLock?
        /// Which of the two places is written next.
        var next = 0
        var placeSize = 0
        /// Why it can't be opened, though it is there.
        var failure: StoreError?
    }

    private static let magic: [UInt8] = Array("p1LS".utf8)
    private static let header = 24
    static let smallestPlace = 8_192

    /// - Throws: ``StoreError/inUse(path:)``. A file that can't be made now is made with the first record.
    init(path: String, faults: DiskFaults?) throws(StoreError) {
        self.path = path
        self.faults = faults
        var state = State()
        do {
            state.lock = try Retry.whileDiskFails { try Names.exist(path) ? FileLock(path: path) : nil }
        } catch StoreError.inUse(let path) {
            throw .inUse(path: path)
        } catch {
            state.failure = StoreError(error, path: path)
        }
        self.state = Mutex(state)
    }

    /// What was found in the file.
    struct Content: Hashable {
        /// Those that are whole, the newest first.
        var records: [Record] = []
        var isThere = false
    }

    /// - Throws: where the disk does not give it: what is in it is not known then.
    func content() throws(StoreError) -> Content {
        try state.withLock { state throws(StoreError) in
            if let failure = state.failure { throw failure }
            guard let lock = state.lock else { return Content() }
            var places: [Record?] = []
            do {
                let size = try Retry.whileDiskFails { try self.size(of: lock.descriptor) / 2 }
                state.placeSize = size
                for offset in [0, size] {
                    places.append(
                        try Retry.whileDiskFails { try Self.read(lock.descriptor, at: offset, size: size, path: path) })
                }
            } catch {
                throw StoreError(error, path: path)
            }
            let newest = (places[0]?.sequence ?? 0, places[1]?.sequence ?? 0)
            state.next = newest.0 >= newest.1 ? 1 : 0
            let records = places.compactMap { $0 }.sorted { $0.sequence > $1.sequence }
            return Content(records: records, isThere: true)
        }
    }

    /// Whether what was written last is lost for the next start. On a disk that can't be asked it is not.
    var isDeleted: Bool { state.withLock { $0.lock?.hasLostFile(at: path) ?? true } }

    /// Returns when the record is on the disk.
    func write(_ record: Record) throws(StoreError) {
        if let fault = faults?(.beforeStoring(.safetyFile)) { throw fault.error(path) }
        var bytes = Self.magic
        for shift in stride(from: 0, to: 32, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: record.bytes.count >> shift))
        }
        for number in [record.sequence, ~record.sequence] {
            for shift in stride(from: 0, to: 64, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
            }
        }
        bytes += record.bytes
        do {
            try Retry.whileDiskFails(upTo: Retry.brief) { try state.withLock { try write(bytes, &$0) } }
        } catch {
            throw StoreError(error, path: path)
        }
        if let fault = faults?(.stored(.safetyFile)) { throw fault.error(path) }
    }

    private func write(_ bytes: [UInt8], _ state: inout State) throws(StoreError) {
        if let lock = state.lock, lock.holdsFile(at: path), bytes.count <= state.placeSize,
            try size(of: lock.descriptor) == 2 * state.placeSize
        {
            try write(bytes, at: state.next * state.placeSize, to: lock.descriptor)
            guard fdatasync(lock.descriptor) == 0 else { throw .system(path) }
            state.next = 1 - state.next
        } else {
            try makeFile(with: bytes, &state)
        }
    }

    /// A file of two places with the record in the first, in the place of whatever is there.
    private func makeFile(with bytes: [UInt8], _ state: inout State) throws(StoreError) {
        var size = max(Self.smallestPlace, state.placeSize)
        while size < bytes.count { size *= 2 }
        // Another process that has begun since the file was taken away may hold its name.
        if state.lock?.holdsFile(at: path) != true, try Names.exist(path) { state.lock = try FileLock(path: path) }
        let temporary = path + ".new"
        unlink(temporary)
        let lock = try FileLock(path: temporary)
        try write(bytes + [UInt8](repeating: 0, count: 2 * size - bytes.count), at: 0, to: lock.descriptor)
        guard fsync(lock.descriptor) == 0, rename(temporary, path) == 0 else { throw .system(path) }
        try Directory.sync(of: path)
        state = State(lock: lock, next: 1, placeSize: size)
    }

    private func write(_ bytes: [UInt8], at offset: Int, to descriptor: Int32) throws(StoreError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written, off_t(offset + written))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .system(path) }
            written += count
        }
    }

    /// - Throws: where the disk does not say: a file that could not be asked is not one without records.
    private func size(of descriptor: Int32) throws(StoreError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(path) }
        return Int(status.st_size)
    }

    /// nil for what is no record.
    private static func read(
        _ descriptor: Int32, at offset: Int, size: Int, path: String
    ) throws(StoreError) -> Record? {
        guard size >= header, size <= 1 << 24 else { return nil }
        var bytes = [UInt8](repeating: 0, count: size)
        let found = pread(descriptor, &bytes, size, off_t(offset))
        guard found >= 0 else { throw .system(path) }
        guard found == size, bytes.starts(with: magic) else { return nil }
        func number(_ range: Range<Int>) -> UInt64 {
            bytes[range].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        let (count, sequence) = (Int(number(4..<8)), number(8..<16))
        guard number(16..<24) == ~sequence, count <= size - header else { return nil }
        return Record(sequence: sequence, bytes: Array(bytes[header..<header + count]))
    }
}
