import FoundationEssentials
import GRDB
package import HardwareInterfaces
package import LoRaWAN
package import Timekeeping

/// The on-time of a bridge so far, read beside a running one: nothing is locked, made or changed.
package struct SpentAirTime: Sendable {
    /// In the last hour, for each sub-band whose time is limited, in the order of the region.
    package let lastHour: [(band: SubBand, spent: TimeSpan)]
    /// In the last 24 hours, without join-requests; nil where the network sets no limit, for it is not kept then.
    package let lastDay: TimeSpan?
    /// False when the board has started anew since the last transmission: nobody knows how long ago that was, and the
    /// figures are those of the moment after it.
    package let isOfThisBoot: Bool

    /// - Returns: nil when there is no file, or no transmission in it.
    package init?(statePath path: String, region: Region, clock: any Clock) throws(StoreError) {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let state: DeviceState
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.label = "p1lora air-time"
            let record = try DatabaseQueue(path: path, configuration: configuration).read { database in
                try Row.fetchOne(database, sql: "SELECT state FROM device WHERE id = 1")?
                    .decode(Data?.self, forColumn: "state")
            }
            guard let record else { return nil }
            state = try DeviceState(decoding: [UInt8](record))
        } catch let error as DeviceStateError {
            throw .damaged(path: path, reason: "\(error)")
        } catch {
            // Its own description may show the row, and keys are in it.
            throw .unusable(path: path, reason: (error as? DatabaseError)?.message ?? "it can't be read")
        }
        guard state.region == region.name, state.ledger.windows.count == region.subBands.count else { return nil }
        let windows = state.ledger.windows + [state.dailyAirTime].compactMap { $0 }
        guard let latest = windows.compactMap({ $0.entries.last?.end }).max() else { return nil }
        isOfThisBoot = state.bootIdentifier == clock.bootIdentifier
        let now = isOfThisBoot ? max(latest, clock.monotonic) : latest
        lastHour = zip(region.subBands, state.ledger.windows).filter { $0.0.hourlyLimit < .hours(1) }
            .map { ($0.0, $0.1.limit - $0.1.remaining(at: now)) }
        lastDay = state.dailyAirTime.map { $0.limit - $0.remaining(at: now) }
    }
}
