import CollectorStore
import HardwareInterfaces
import Timekeeping

/// ChirpStack's `event_up`.
struct ChirpStackRecords: ServerRecords {
    let url: String
    let password: String?

    func read(
        from start: UTCInstant?,
        take: (_ messages: [[UInt8]], _ upTo: UTCInstant?) throws(RecordsError) -> Void
    ) throws(RecordsError) {
        do throws(ProfileStoreError) {
            let table = try ChirpStackEventTable(url: url, password: password, from: start)
            while true {
                let uplinks = try table.next()
                guard let last = uplinks.last else { return }
                do throws(RecordsError) {
                    try take(uplinks.map { Array($0.json.utf8) }, last.at)
                } catch {
                    throw .unusable(place: "", reason: error.description)
                }
            }
        } catch {
            throw RecordsError("\(error)")
        }
    }
}
