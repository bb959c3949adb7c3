import LoRaWAN
import Timekeeping

/// How often the network lets each uplink go out (NbTrans) the module keeps to itself: it says that LinkADRReq came, and no
/// number. Fifteen times a long frame can be more than the law allows in an hour, so until somebody has counted, a frame
/// that has not the air-time for that goes out as a confirmed one, which is sent once. Some minutes later, with the answers
/// to the network given and all channels free, a short frame at the fastest data rate costs little and tells the number by
/// the time it takes.
extension RN2483Machine {
    mutating func wantMeasurement(at now: MonotonicInstant) {
        // Without counters a downlink that ends the repetitions early is not seen.
        guard quirks.hasCounters else { return }
        count.want(isKnown: record.session?.repetitions != nil, at: now)
    }

    /// The fastest of the channels that every module has.
    private var fastestRate: DataRate { region.defaultChannels.first?.dataRates.upperBound ?? DataRate(0) }

    /// Back to the data rate of the session.
    var usualRate: RN2483Command { RN2483Command.set("dr \(record.session?.dataRate.index ?? 0)").asWish }

    mutating func measure(at now: MonotonicInstant) -> [Order] {
        count.begin(at: now)
        return run([RN2483Command("mac set dr \(fastestRate.index)", .measuringRate)], for: .measuring, at: now)
    }

    mutating func authorizeMeasurement(at now: MonotonicInstant) -> [Order] {
        guard let next = record.session?.nextUplink, let after = next.next,
            let modulation = region.modulation(of: fastestRate)
        else { return endMeasurement(at: now) }
        let bytes = Self.frameOverhead + ModuleSession.longestOptions + probe.payload.count
        let transmission = ModuleTransmission(
            kind: .uplink(next), dataRate: fastestRate, once: AirTime.of(bytes: bytes, modulation: modulation),
            times: Self.mostRepetitions, subBands: session.subBands.sorted())
        var stored = record
        stored.session?.nextUplink = after
        phase = .awaitingGrant(transmission, stored)
        return [.authorize(transmission, stored)]
    }

    /// It was not sent: another time.
    mutating func endMeasurement(at now: MonotonicInstant) -> [Order] {
        count.putOff(at: now)
        return run([usualRate], for: .finishing, at: now)
    }
}
