import CollectorStore
import HardwareInterfaces
import Timekeeping

/// ChirpStack's `event_up`.
struct ChirpStackRecords: ServerRecords {
    let url: String
    let password: String?

    func read(
        from place: RecordsMark,
        take: (_ messages: [[UInt8]], _ upTo: UTCInstant?) throws(RecordsError) -> Void
    ) throws(RecordsError) -> Int64? {
        let table = try stored { () throws(ProfileStoreError) in
            try ChirpStackEventTable(url: url, password: password, from: place.time, storedSince: place.number)
        }
        while true {
            let uplinks = try stored { () throws(ProfileStoreError) in try table.next() }
            guard let last = uplinks.last else { return table.transaction }
            try take(uplinks.map { Array($0.json.utf8) }, last.at)
        }
    }

    private func stored<Value>(
        _ work: () throws(ProfileStoreError) -> Value
    ) throws(RecordsError) -> Value {
        do throws(ProfileStoreError) { return try work() } catch { throw RecordsError("\(error)") }
    }
}
