import GRDB
import Glibc

/// A disk that fails once in a while: the same step is tried again.
enum Retry {
    private static let most = 20
    /// Where the radio waits for it: 35 ms together.
    static let brief = 3

    static func whileDiskFails<Value>(upTo most: Int = most, _ step: () throws -> Value) throws -> Value {
        var count = 0
        while true {
            do {
                return try step()
            } catch  where count < most && isPassing(error) {
                pause(after: count)
                count += 1
            }
        }
    }

    /// Whether it may be gone when the same is done again.
    static func isPassing(_ error: any Error) -> Bool {
        if let error = error as? DatabaseError {
            return [.SQLITE_IOERR, .SQLITE_CANTOPEN, .SQLITE_BUSY].contains(error.resultCode)
        }
        if case .unusable? = error as? StoreError { return true }
        return false
    }

    /// All of them together take six seconds: a disk that comes back within that has lost nothing.
    static func pause(after count: Int) { usleep(UInt32(min(500_000, 5_000 << min(count, 10)))) }
}
