import CollectorStore
import Timekeeping

/// How things stand, as of some seconds ago: a page asks for parts of it again and again, and that of a large fleet takes a
/// second. For one thread.
final class StatusCache {
    private let store: any ProfileStore
    private let configuration: CollectorConfiguration
    private var last: CollectorStatus?

    /// In which a status is still one.
    private static let age = TimeSpan.seconds(5)

    init(_ store: any ProfileStore, _ configuration: CollectorConfiguration) {
        self.store = store
        self.configuration = configuration
    }

    func status(at now: UTCInstant) throws(ProfileStoreError) -> CollectorStatus {
        if let last, now >= last.at, now - last.at < Self.age { return last }
        let status = try CollectorStatus(
            store, fleets: configuration.fleets, time: LocalTime(configuration.timeZone), at: now)
        last = status
        return status
    }
}
