import LoRaWAN
import Timekeeping

/// How often the network lets each uplink go out (NbTrans) the module keeps to itself: it says that LinkADRReq came, and no
/// number. Fifteen times a long frame can be more than the law allows in an hour, so until somebody has counted, a frame
/// that has not the air-time for that goes out as a confirmed one, which is sent once. Some minutes later, with the answers
/// to the network given and all channels free, a short frame at the fastest data rate costs little and tells the number by
/// the time it takes.
extension RN2483Machine {
    /// What was counted may be too much: the module may have waited for a channel. So it is counted again.
    static let measurementPause = TimeSpan.hours(24)
    /// A channel of 1 % is free again after the longest frame.
    static let channelPause = TimeSpan.minutes(5)
    /// For want of air-time or a channel.
    static let measurementRetry = TimeSpan.minutes(30)

    mutating func wantMeasurement(at now: MonotonicInstant) {
        if case .wanted = measurement { return }
        let isOld = measuredAt.map { now - $0 >= Self.measurementPause } ?? true
        // Without counters a downlink that ends the repetitions early is not seen.
        guard quirks.hasCounters, record.session?.repetitions == nil || isOld else { return }
        measurement = .wanted(now + Self.channelPause)
    }

    /// The fastest of the channels that every module has.
    private var fastestRate: DataRate { region.defaultChannels.first?.dataRates.upperBound ?? DataRate(0) }

    /// Back to the data rate of the session.
    var usualRate: RN2483Command { RN2483Command.set("dr \(record.session?.dataRate.index ?? 0)").asWish }

    mutating func measure(at now: MonotonicInstant) -> [Order] {
        (measurement, measuredAt) = (.underWay, now)
        return run([RN2483Command("mac set dr \(fastestRate.index)", .measuringRate)], for: .measuring, at: now)
    }

    mutating func authorizeMeasurement(at now: MonotonicInstant) -> [Order] {
        guard let next = record.session?.nextUplink, let after = next.next,
            let modulation = region.modulation(of: fastestRate)
        else { return endMeasurement(at: now) }
        let bytes = Self.frameOverhead + Self.longestOptions + probe.payload.count
        let transmission = ModuleTransmission(
            kind: .uplink(next), dataRate: fastestRate, once: AirTime.of(bytes: bytes, modulation: modulation),
            times: Self.mostRepetitions, subBands: subBands.sorted())
        var stored = record
        stored.session?.nextUplink = after
        phase = .awaitingGrant(transmission, stored)
        return [.authorize(transmission, stored)]
    }

    /// It was not sent: another time.
    mutating func endMeasurement(at now: MonotonicInstant) -> [Order] {
        measurement = .wanted(now + Self.measurementRetry)
        return run([usualRate], for: .finishing, at: now)
    }
}
