package import MeterValues
package import Timekeeping
package import UplinkPayload

/// Packs what is due.
package struct UplinkPacker {
    /// A payload, and what is left to be sent of the same.
    package struct Packed: Sendable {
        package var payload: [UInt8]
        package var rest: DueUplink?
        /// Of an intervals report.
        package var intervals: PackedIntervals?
    }

    /// What an intervals report carries.
    package struct PackedIntervals: Sendable {
        /// The newest boundary that is stored.
        package let newest: QuarterHour
        let items: [DeliveryChances.Item]
        /// Quarter-hours that the server may lack, and how many of them had no room.
        package let lacking: Int
        package let leftOut: Int
        /// Whether it begins with the newest boundary.
        let isPresent: Bool
        /// Those of which nothing is stored.
        let unknown: [QuarterHour]
    }

    private let source: any UplinkSource
    private let health: @Sendable (MonotonicInstant) -> BridgeHealth

    /// - Parameter health: what the status report tells of an instant.
    package init(source: any UplinkSource, health: @escaping @Sendable (MonotonicInstant) -> BridgeHealth) {
        self.source = source
        self.health = health
    }

    /// The newest boundary that is stored of the meter of an uplink.
    package func newestBoundary(of uplink: DueUplink) -> QuarterHour? {
        uplink.meter.flatMap { source.storedBoundary(meter: $0) }
    }

    /// Whether there is something to say.
    /// - Parameter sent: the newest boundary that this report has sent before.
    package func isPossible(_ uplink: DueUplink, sent: QuarterHour?, at now: MonotonicInstant) -> Bool {
        guard let meter = uplink.meter else { return true }
        return uplink.content.rules.isPossible(meter: meter, of: source, sent: sent, at: now)
    }

    /// - Parameters:
    ///   - wish: what an intervals report is to carry.
    ///   - room: what the payload may be used for.
    /// - Returns: nil when there is nothing to say any more.
    package func pack(
        _ uplink: DueUplink, wish: IntervalWish?, room: PayloadRoom, at now: MonotonicInstant
    ) throws(PackingError) -> Packed? {
        try uplink.content.rules.pack(
            uplink, PackingTask(source: source, health: health, wish: wish, room: room, now: now))
    }
}
