package import BridgePlanning
import LoRaWAN
import RadioDrivers
package import Timekeeping

/// How the link to the network stands.
package struct LinkStatus: Hashable, Sendable, Codable {
    package var isJoined = false
    package var devAddr: String?
    /// The index, as in DR5; nil before the join.
    package var dataRate: Int?
    /// SF7BW125
    package var modulation: String?
    /// How often each uplink goes out.
    package var transmissions = 1
    /// 2 dB less than the most for each step.
    package var powerIndex = 0
    package var uplinkCounter: UInt32 = 0
    package var downlinkCounter: UInt32?
    package var uplinksSinceDownlink = 0
    /// Bytes that the next uplink can carry.
    package var largestPayload = 0
    /// Of the last frame from the network: dBm, decibels, and how long ago.
    package var rssi: Int?
    package var snr: Double?
    package var heardAgoSeconds: Double?
    /// The newest answer to the question how well the device is heard; nil where there was none.
    package var linkCheck: LinkQuality?
    /// New uplinks since then, and how many of them the network had to answer.
    package var uplinksSinceHeard = 0
    package var unansweredQuestions = 0
    /// The last word in UTC; nil where the date was not known.
    package var heardAt: String?
    /// What a person should know of a network that is silent; nil while it is not.
    package var silence: String?
    /// Until the next join-request beside the session.
    package var nextJoinSeconds: Double?
    /// The law's: in the last hour, by sub-band.
    package var bands: [AirTimeShare] = []
    /// The network's: in the last 24 hours; nil when there is no limit.
    package var purse: AirTimeShare?
    package var queue = QueueStatus()
    /// Until the next report is due; nil when none is on.
    package var nextReportSeconds: Double?
    /// Until the reports may go on, when they wait for the daily air-time.
    package var rationedSeconds: Double?
    /// Whether sums of reports go out, in words; nil without parity.
    package var sums: String?
}

/// What is spent of an allowance of air-time.
package struct AirTimeShare: Hashable, Sendable, Codable {
    package var name: String
    package var usedSeconds: Double
    package var limitSeconds: Double

    package var leftSeconds: Double { max(0, limitSeconds - usedSeconds) }
}

extension UplinkLoop {
    func status(at now: MonotonicInstant) -> LinkStatus {
        var status = link.status(at: now)
        status.queue = queue.counts
        let contact = link.contact
        status.heardAgoSeconds = contact.isHeard ? contact.silence(at: now).displaySeconds : nil
        status.heardAt = contact.isHeard ? contact.sinceTime?.description : nil
        status.uplinksSinceHeard = Int(clamping: contact.uplinks)
        status.unansweredQuestions = Int(clamping: contact.questions)
        status.nextJoinSeconds = link.nextRenewal.map { max(.zero, $0 - now).displaySeconds }
        if contact.isDoubtful(at: now) {
            status.silence = "\(NetworkSilence(contact, joins: link.joins, at: now))"
        }
        status.nextReportSeconds = queue.schedule.nextDue.map { max(.zero, $0 - now).displaySeconds }
        status.sums = planner.sums
        status.rationedSeconds = restUntil.flatMap { $0 > now ? ($0 - now).displaySeconds : nil }
        return status
    }
}

extension LoRaWANLink {
    package func status(at now: MonotonicInstant) -> LinkStatus {
        let (state, region) = (device.state, device.configuration.region)
        var status = LinkStatus(state, region: region, hasDailyAirTime: dailyAirTime != nil, at: now)
        if let heard {
            (status.rssi, status.snr) = (heard.rssi, Double(heard.snrQuarters) / 4)
        }
        status.take(linkCheck, at: now)
        guard let session = state.session else { return status }
        status.isJoined = true
        status.devAddr = session.devAddr.description
        status.dataRate = Int(session.dataRate.index)
        status.modulation = region.modulation(of: session.dataRate)?.description
        status.transmissions = Int(session.nbTrans)
        status.powerIndex = Int(session.powerIndex)
        status.uplinkCounter = session.uplinkCounter.rawValue
        status.downlinkCounter = session.downlinkCounter?.rawValue
        status.uplinksSinceDownlink = Int(session.uplinksSinceDownlink)
        status.largestPayload = maximumPayload
        return status
    }
}

extension ModuleLink {
    package func status(at now: MonotonicInstant) -> LinkStatus {
        var status = LinkStatus(budget.accounts.state, region: region, hasDailyAirTime: dailyAirTime != nil, at: now)
        if let heard { (status.rssi, status.snr) = (heard.rssi, Double(heard.snrQuarters) / 4) }
        status.take(linkCheck, at: now)
        guard let session = module.session else { return status }
        status.isJoined = true
        status.devAddr = session.devAddr.description
        status.dataRate = Int(session.dataRate.index)
        status.modulation = region.modulation(of: session.dataRate)?.description
        status.transmissions = session.repetitions ?? 1
        status.uplinkCounter = session.nextUplink.rawValue
        status.downlinkCounter = session.nextDownlink.rawValue
        status.largestPayload = maximumPayload
        return status
    }
}

extension LinkStatus {
    fileprivate mutating func take(
        _ check: (margin: Int, gateways: Int, at: MonotonicInstant)?, at now: MonotonicInstant
    ) {
        linkCheck = check.map { [rssi, snr] in
            LinkQuality(
                margin: $0.margin, gateways: $0.gateways, rssi: rssi, snr: snr, agoSeconds: (now - $0.at).displaySeconds
            )
        }
    }

    /// What the accounts say.
    fileprivate init(_ state: DeviceState, region: Region, hasDailyAirTime: Bool, at now: MonotonicInstant) {
        bands = zip(region.subBands, state.ledger.windows).filter { $0.0.hourlyLimit < .hours(1) }
            .map { AirTimeShare($0.name, $1, at: now) }
        purse = hasDailyAirTime ? state.dailyAirTime.map { AirTimeShare("24 h", $0, at: now) } : nil
    }
}

extension AirTimeShare {
    fileprivate init(_ name: String, _ window: AirTimeWindow, at now: MonotonicInstant) {
        self.init(
            name: name, usedSeconds: (window.limit - window.remaining(at: now)).displaySeconds,
            limitSeconds: window.limit.displaySeconds)
    }
}
