import Synchronization
public import UplinkPayload

/// Between the thread that reads the meters and the one that sends.
public final class AlarmTray: Sendable {
    private let alarms = Mutex<[Alarm]>([])

    /// One of each of nine kinds and two states of sixteen meters. More would be a fault of the watch; the newest say how
    /// it is now.
    private static let most = 9 * 2 * 16

    public init() {}

    public func put(_ alarm: Alarm) {
        alarms.withLock { alarms in
            alarms.append(alarm)
            if alarms.count > Self.most { alarms.removeFirst() }
        }
    }

    public func take() -> [Alarm] {
        alarms.withLock { alarms in
            defer { alarms = [] }
            return alarms
        }
    }
}
