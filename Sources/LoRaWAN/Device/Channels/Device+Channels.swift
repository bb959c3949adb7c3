import Timekeeping

/// Whether a transmission may start, and on which channels.
enum ChannelSelection {
    /// One bit for each channel that is free to use.
    case now(ChannelMask)
    case later(MonotonicInstant, WaitReason)
    case never
}

extension Device {
    /// Weighs everything that keeps an uplink of the session from going out.
    func selection(for session: Session, airTime: TimeSpan, at now: MonotonicInstant) -> ChannelSelection {
        guard let orders = ordersOfNetwork(airTime: airTime, at: now) else { return .never }
        return selection(
            among: session.channels, mask: session.channelMask, dataRate: session.dataRate, airTime: airTime, at: now,
            notBefore: orders.from, reason: orders.reason)
    }

    /// From when on the network lets the device send, whatever the channel; nil for never.
    ///
    /// - Parameter airTime: what it takes from the daily air-time; nil for nothing.
    func ordersOfNetwork(
        airTime: TimeSpan?, at now: MonotonicInstant
    ) -> (from: MonotonicInstant, reason: WaitReason)? {
        var from = now
        var reason = WaitReason.dutyCycle
        if let quietUntil, quietUntil > from { (from, reason) = (quietUntil, .acknowledgement) }
        if let session = state.session, session.maximumDutyCycle > 0, let latest = state.latest {
            // TS001 5.4: silence of ToA x (2^MaxDutyCycle - 1) after a frame, on all channels.
            let free = latest.end + latest.airTime * ((1 << Int64(session.maximumDutyCycle & 0x0F)) - 1)
            if free > from { (from, reason) = (free, .networkDutyCycle) }
        }
        if let dailyAirTime = state.dailyAirTime, let airTime {
            guard let free = dailyAirTime.earliestStart(airTime: airTime, at: from) else { return nil }
            if free > from { (from, reason) = (free, .dailyAirTime) }
        }
        return (from, reason)
    }

    /// The channels of the mask that carry the data rate and whose sub-band has room, or when the first will.
    func selection(
        among channels: [Channel], mask: ChannelMask, dataRate: DataRate, airTime: TimeSpan, at now: MonotonicInstant,
        notBefore from: MonotonicInstant, reason: WaitReason
    ) -> ChannelSelection {
        var free: ChannelMask = 0
        var earliest: MonotonicInstant?
        var rest = mask
        while rest != 0 {
            let index = rest.trailingZeroBitCount
            rest &= rest - 1
            guard index < channels.count, channels[index].isDefined,
                channels[index].dataRates.contains(dataRate), mayRadiate(in: channels[index].subBand),
                let start = earliestStart(band: channels[index].subBand, airTime: airTime, at: from)
            else { continue }
            if start <= now { free |= 1 << ChannelMask(index) }
            earliest = min(earliest ?? start, start)
        }
        if free != 0 { return .now(free) }
        return earliest.map { .later($0, $0 > from ? .dutyCycle : reason) } ?? .never
    }

    private func earliestStart(band: Int, airTime: TimeSpan, at from: MonotonicInstant) -> MonotonicInstant? {
        certification?.ignoresDutyCycle == true
            ? from : state.ledger.earliestStart(band: band, airTime: airTime, at: from)
    }

    /// Whether the chip's lowest power, behind this antenna, is within the sub-band's limit.
    private func mayRadiate(in subBand: Int) -> Bool {
        let bands = configuration.region.subBands
        return bands.indices.contains(subBand) && configuration.lowestPower <= bands[subBand].maximumPower
    }

    /// RP002 2.x: pseudo-random, and each channel that may be used is used once before one is used again.
    mutating func hop(among free: ChannelMask, used: ChannelMask) -> (channel: Int, used: ChannelMask)? {
        let fresh = free & ~used
        let remembered = fresh == 0 ? used & ~free : used
        return random.bit(of: fresh == 0 ? free : fresh).map { ($0, remembered | 1 << ChannelMask($0)) }
    }

    /// dBm at the chip's pin: rounded down, so that the antenna never radiates more than the region, the sub-band and
    /// the network's power index allow.
    func conductedPower(index: UInt8, code: UInt8?, subBand: Int?) -> Int {
        var most = configuration.region.maximumPower
        if let code { most = min(most, Region.TXParameters.maximumEIRP(code: code)) }
        return configuration.conductedPower(within: most - 200 * Int(index), subBand: subBand)
    }
}

extension Region.TXParameters {
    /// TS001 5.9, table: EIRP by code, here in hundredths of a dBm.
    static func maximumEIRP(code: UInt8) -> Int {
        let table = [8, 10, 12, 13, 14, 16, 18, 20, 21, 24, 26, 27, 29, 30, 33, 36]
        return table[Int(code & 0x0F)] * 100
    }
}
