public import Timekeeping

/// The law's account: for each sub-band, every transmission of the last hour (EN 300 220-1 5.4: on-time over an
/// observation time of one hour), and never more than the sub-band's share in any sliding hour.
public struct DutyCycleLedger: Hashable, Sendable {
    /// In the order of ``Region/subBands``.
    public package(set) var windows: [AirTimeWindow]

    /// Nothing was sent yet.
    public init(subBands: [SubBand]) {
        windows = subBands.map { AirTimeWindow(length: .hours(1), limit: $0.hourlyLimit) }
    }

    /// The first instant from `now` on at which a transmission may start in the sub-band; nil when its air-time is more
    /// than the sub-band ever allows, or when there is no such sub-band.
    public func earliestStart(band: Int, airTime: TimeSpan, at now: MonotonicInstant) -> MonotonicInstant? {
        guard windows.indices.contains(band) else { return nil }
        return windows[band].isLimited ? windows[band].earliestStart(airTime: airTime, at: now) : now
    }

    /// Records a transmission before it begins. Whether it really took place may never be known; it counts. A sub-band
    /// without a limit keeps no account.
    /// - Parameters:
    ///   - band: its place among the region's sub-bands.
    ///   - start: its begin.
    ///   - airTime: its length.
    ///   - now: see ``AirTimeWindow/record(start:airTime:at:)``.
    public mutating func record(
        band: Int, start: MonotonicInstant, airTime: TimeSpan, at now: MonotonicInstant? = nil
    ) {
        guard windows.indices.contains(band), windows[band].isLimited else { return }
        windows[band].record(start: start, airTime: airTime, at: now)
    }

    /// Nobody knows what was sent in the last hour: takes all that the law allows as sent until now.
    package mutating func assumeSpent(at now: MonotonicInstant) {
        for (band, window) in windows.enumerated() {
            record(band: band, start: now - window.limit, airTime: window.limit)
        }
    }

    /// The last transmission of the sub-band ended at another time than planned.
    package mutating func moveLast(band: Int, toEndAt end: MonotonicInstant) {
        guard windows.indices.contains(band), windows[band].isLimited else { return }
        windows[band].moveLast(toEndAt: end)
    }

    /// The last transmission of the sub-band lasted until then, if that is longer than planned.
    mutating func stretchLast(band: Int, toEndAt end: MonotonicInstant) {
        guard windows.indices.contains(band), windows[band].isLimited else { return }
        windows[band].stretchLast(toEndAt: end)
    }

    /// The last transmission of the sub-band never took place.
    mutating func removeLast(band: Int) {
        guard windows.indices.contains(band), windows[band].isLimited else { return }
        windows[band].removeLast()
    }

    /// After a reboot: see ``AirTimeWindow``.
    package mutating func shift(by span: TimeSpan) {
        for index in windows.indices { windows[index].shift(by: span) }
    }
}
