public import LoRaWAN
public import Timekeeping

/// The accounts of a ``TransmissionGate``: the sliding hour of each sub-band, the network's purse, and TR007's budget of
/// join-requests.
///
/// The module does not tell which channel it takes, so each transmission is charged to every sub-band it may be in: the
/// law holds in each, at the price of air-time that is counted twice.
public struct ModuleAccounts: Hashable, Sendable {
    public private(set) var ledger: DutyCycleLedger
    /// The network's air-time for uplinks; 24 hours in 24 hours where it sets no limit.
    public private(set) var purse: AirTimeWindow
    public private(set) var joinBudget = JoinBudget()

    /// - Parameter purse: the network's air-time for uplinks in 24 hours; nil for no limit.
    public init(region: Region, purse: TimeSpan?) {
        ledger = DutyCycleLedger(subBands: region.subBands)
        self.purse = AirTimeWindow(length: .hours(24), limit: purse ?? .hours(24))
    }

    /// Changes the network's air-time for 24 hours; what was spent in the last 24 counts on.
    public mutating func setPurse(_ limit: TimeSpan?) {
        let spent = purse.entries
        purse = AirTimeWindow(length: .hours(24), limit: limit ?? .hours(24))
        for entry in spent { purse.record(start: entry.start, airTime: entry.airTime) }
    }

    /// Whether the transmission may begin now; changes nothing.
    public func grant(_ transmission: ModuleTransmission, at now: MonotonicInstant) -> TransmissionGrant {
        var start = now
        var reason = WaitReason.dutyCycle
        for band in transmission.subBands {
            guard let free = ledger.earliestStart(band: band, airTime: transmission.airTime, at: now) else {
                return .never
            }
            start = max(start, free)
        }
        let account: (free: MonotonicInstant?, reason: WaitReason) =
            switch transmission.kind {
            case .joinRequest: (joinBudget.earliestStart(airTime: transmission.airTime, at: now), .joinBudget)
            case .uplink: (purse.earliestStart(airTime: transmission.airTime, at: now), .networkPurse)
            }
        guard let free = account.free else { return .never }
        if free > start { (start, reason) = (free, account.reason) }
        return start > now ? .later(start, reason) : .granted
    }

    /// Records a transmission before it begins; whether it takes place may never be known.
    public mutating func record(_ transmission: ModuleTransmission, at now: MonotonicInstant) {
        for band in transmission.subBands { ledger.record(band: band, start: now, airTime: transmission.airTime) }
        switch transmission.kind {
        case .joinRequest: joinBudget.record(start: now, airTime: transmission.airTime)
        case .uplink: purse.record(start: now, airTime: transmission.airTime)
        }
    }
}

extension ModuleAccounts {
    /// One line of text: a version, then for each entry its account, start and air-time in nanoseconds.
    public var encoded: [UInt8] {
        var lines = ["accounts-1"]
        func add(_ account: String, _ start: MonotonicInstant, _ airTime: TimeSpan) {
            lines.append("\(account) \(start.nanoseconds) \(airTime.nanoseconds)")
        }
        for (band, window) in ledger.windows.enumerated() {
            for entry in window.entries { add("\(band)", entry.start, entry.airTime) }
        }
        for entry in purse.entries { add("p", entry.start, entry.airTime) }
        if let began = joinBudget.began {
            add("j", began, joinBudget.spentInFirstHour)
            add("j", began + .hours(1), joinBudget.spentInNextTenHours)
            for entry in joinBudget.daily.entries { add("j", entry.start, entry.airTime) }
        }
        return Array(lines.joined(separator: "\n").utf8)
    }

    /// - Parameters:
    ///   - isSameBoot: false when the clock has begun anew since: then no time is taken to have passed since the newest
    ///     entry, so that none is thought older than it is.
    /// - Returns: nil for anything that ``encoded`` did not write.
    public init?(
        decoding bytes: [UInt8], region: Region, purse limit: TimeSpan?, isSameBoot: Bool, at now: MonotonicInstant
    ) {
        self.init(region: region, purse: limit)
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.first == "accounts-1" else { return nil }
        var entries: [(account: Substring, start: Int64, airTime: Int64)] = []
        let lifetime: Int64 = 1 << 61
        for line in lines.dropFirst() {
            let fields = line.split(separator: " ", omittingEmptySubsequences: false)
            guard fields.count == 3, let start = Int64(fields[1]), let airTime = Int64(fields[2]),
                (-lifetime...lifetime).contains(start), (0...TimeSpan.hours(24).nanoseconds).contains(airTime)
            else { return nil }
            entries.append((fields[0], start, airTime))
        }
        // The second budget of joins begins an hour after the first, perhaps in the future: not a transmission.
        let newest = entries.lazy.filter { $0.account != "j" || $0.airTime > 0 }.map { $0.start + $0.airTime }.max()
        let shift = isSameBoot ? 0 : now.nanoseconds - (newest ?? now.nanoseconds)
        for (account, start, airTime) in entries {
            let start = MonotonicInstant(nanoseconds: start + shift)
            let span = TimeSpan(nanoseconds: airTime)
            switch account {
            case "p": purse.record(start: start, airTime: span)
            case "j": joinBudget.record(start: start, airTime: span)
            default:
                guard let band = Int(account), ledger.windows.indices.contains(band) else { return nil }
                ledger.record(band: band, start: start, airTime: span)
            }
        }
    }
}
