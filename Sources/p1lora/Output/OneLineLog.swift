import Logging

/// A log of one line an event: what libraries say may have several, which read as events of their own.
struct OneLineLog: LogHandler {
    private var inner: StreamLogHandler

    init(label: String) { inner = .standardError(label: label) }

    var logLevel: Logger.Level {
        get { inner.logLevel }
        set { inner.logLevel = newValue }
    }

    var metadata: Logger.Metadata {
        get { inner.metadata }
        set { inner.metadata = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { inner[metadataKey: key] }
        set { inner[metadataKey: key] = newValue }
    }

    func log(event: LogEvent) {
        var event = event
        event.message = "\("\(event.message)".onOneLine)"
        event.metadata = event.metadata?.mapValues { "\("\($0)".onOneLine)" }
        inner.log(event: event)
    }
}

extension String {
    /// Its lines side by side; other control characters are shown as spaces.
    var onOneLine: String {
        let lines = split(whereSeparator: \.isNewline).map { line in
            String(String.UnicodeScalarView(line.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : $0 }))
        }
        return lines.map { String($0.drop { $0 == " " }) }.filter { !$0.isEmpty }.joined(separator: " | ")
    }
}
