package import HardwareInterfaces
package import Logging
import Timekeeping

/// A log that is written as it is, and whose last lines a page can show.
package struct RecentLog: LogHandler {
    private var handler: any LogHandler
    private let recent: RecentEvents
    private let clock: any Clock

    package init(_ handler: any LogHandler, recent: RecentEvents, clock: any Clock) {
        self.handler = handler
        self.recent = recent
        self.clock = clock
    }

    package var logLevel: Logger.Level {
        get { handler.logLevel }
        set { handler.logLevel = newValue }
    }

    package var metadata: Logger.Metadata {
        get { handler.metadata }
        set { handler.metadata = newValue }
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { handler[metadataKey: key] }
        set { handler[metadataKey: key] = newValue }
    }

    package func log(event: LogEvent) {
        handler.log(event: event)
        guard event.level >= .info else { return }
        recent.note(line: "\(event.message)", level: event.level.rawValue, at: clock.utc)
    }
}
