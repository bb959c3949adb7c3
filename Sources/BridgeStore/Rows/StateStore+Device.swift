import FoundationEssentials
import GRDB
import Timekeeping

extension StateStore {
    /// What was saved last.
    package func device() throws(StoreError) -> StoredDevice {
        try read { database in
            try database.row("SELECT * FROM device WHERE id = 1").map { try StoredDevice($0) }
                ?? StoredDevice(state: nil, nextDevNonce: 0)
        }
    }

    /// Returns when the record is on the disk.
    /// - Parameter isLast: the service ends, and the record is on the disk when the store is closed.
    package func save(_ device: StoredDevice, isLast: Bool = false) throws(StoreError) {
        try write(isLast: isLast) { [path] database in
            try database.run(
                """
                UPDATE device SET state = ?, next_dev_nonce = max(next_dev_nonce, ?), module = coalesce(?, module),
                    sequence = max(sequence + 1, ?), stored_at = ?
                WHERE id = 1
                """,
                [
                    device.state.map { Data($0) }, Int64(device.nextDevNonce), device.module.map { Data($0) },
                    Int64(clamping: device.sequence),
                    device.storedAt?.nanoseconds,
                ])
            guard database.changesCount == 1 else {
                throw StoreError.damaged(path: path, reason: "the record of the device is gone")
            }
        }
    }
}
