import LoRaWAN
import Timekeeping

/// A frame the gateway has taken to send.
struct GatewayDownlink: Hashable {
    let payload: [UInt8]
    let frequency: Int
    let modulation: Modulation
    /// Of LoRa; FSK has no polarity, and servers differ in what they write there.
    let isInverted: Bool
    let start: MonotonicInstant

    var end: MonotonicInstant {
        start + AirTime.of(bytes: payload.count, modulation: modulation, hasCRC: false)
    }

    private var isForDevices: Bool { isInverted || modulation == .fsk }

    /// Whether a device with this window open hears it (TS001 3.3).
    func isHeard(in window: ReceiveWindow, tolerance: TimeSpan) -> Bool {
        let offset = start - window.opensAt
        return isForDevices && frequency == window.frequency && modulation == window.modulation
            && offset >= .zero - tolerance && offset <= tolerance
    }

    /// Whether a class C device that listens hears it.
    func isHeard(by reception: ContinuousReception) -> Bool {
        isForDevices && frequency == reception.frequency && modulation == reception.modulation
    }
}

/// The gateway's queue, as a packet forwarder's just-in-time queue: one frame at a time, none in the past.
struct GatewayQueue {
    private(set) var waiting: [GatewayDownlink] = []
    /// Packet forwarders refuse what is further ahead than this (128 s by four: JIT's TX_MAX_ADVANCE_DELAY).
    private static let furthest = TimeSpan.seconds(512)
    /// As many as packet forwarders keep (JIT_QUEUE_MAX); one more is refused as if it collided.
    static let most = 32

    mutating func take(_ downlink: GatewayDownlink, at now: MonotonicInstant) -> GatewayRefusal? {
        guard downlink.start >= now else { return .tooLate }
        guard downlink.start - now <= Self.furthest else { return .tooEarly }
        guard waiting.count < Self.most,
            !waiting.contains(where: { $0.start < downlink.end && downlink.start < $0.end })
        else {
            return .collision
        }
        waiting.append(downlink)
        return nil
    }

    func first(in window: ReceiveWindow, tolerance: TimeSpan) -> GatewayDownlink? {
        waiting.first { $0.isHeard(in: window, tolerance: tolerance) }
    }

    /// The next that a listening device will hear.
    func next(for reception: ContinuousReception) -> GatewayDownlink? {
        waiting.filter { $0.isHeard(by: reception) }.min { $0.start < $1.start }
    }

    mutating func remove(_ downlink: GatewayDownlink) {
        waiting.removeAll { $0 == downlink }
    }

    /// Drops what was sent before `instant` and heard by nobody, and returns how many.
    mutating func removeAll(startedBefore instant: MonotonicInstant) -> Int {
        let before = waiting.count
        waiting.removeAll { $0.start < instant }
        return before - waiting.count
    }
}

/// A gateway's counter: the low 32 bits of the board's microseconds.
enum GatewayCounter {
    static func value(at instant: MonotonicInstant) -> UInt32 {
        UInt32(truncatingIfNeeded: instant.nanoseconds / 1_000)
    }

    /// The instant nearest to `now` at which the counter shows `value`; it comes round every 71.6 minutes.
    static func instant(_ value: UInt32, near now: MonotonicInstant) -> MonotonicInstant {
        let microseconds = now.nanoseconds / 1_000
        let ahead = Int32(bitPattern: value &- UInt32(truncatingIfNeeded: microseconds))
        return MonotonicInstant(nanoseconds: (microseconds + Int64(ahead)) * 1_000)
    }
}
