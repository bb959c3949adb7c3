import BridgeConfiguration
import BridgePlanning
package import CollectorStore
import FoundationEssentials
import LoadProfile
import MeterValues
package import ServerEvents
package import Timekeeping
package import UplinkPayload

/// Asks bridges for what is missing, when they are heard: a device of class A takes a downlink behind its next uplink.
package struct RequestDesk {
    private let store: any ProfileStore
    private let fleets: Fleets
    private var budget = GatewayBudget()
    /// When a device was looked at last.
    private var looked: [DeviceIdentifier: UTCInstant] = [:]
    /// Alarms that ask for an acknowledgement, each a downlink: a bridge sends them beyond its own part of the allowance.
    private var alarms: [DeviceIdentifier: [UTCInstant]] = [:]

    private static let alarmsKept = 100

    /// How often a device's profile is looked at.
    private static let pause = TimeSpan.minutes(15)
    /// A bridge keeps 400 days; what is older than this is not asked for by itself.
    private static let reach: Int64 = 35
    /// What a bridge measured before the first report that came: it was lost, or there is none. It is asked for in the first
    /// days after that report.
    private static let before: Int64 = 48
    private static let beginning = TimeSpan.hours(24 * 3)
    package init(_ store: any ProfileStore, fleets: Fleets) {
        self.store = store
        self.fleets = fleets
    }

    /// - Returns: a downlink that is remembered as sent; nil where there is nothing to ask now.
    package mutating func consider(
        _ uplink: StoredUplink, at now: UTCInstant
    ) throws(ProfileStoreError) -> DownlinkOrder? {
        let event = uplink.event
        note(uplink)
        guard let fleet = fleets.fleet(of: event.device), fleet.dailyRequests > 0, isDue(event.device, at: now)
        else { return nil }
        looked[event.device] = now
        let wants = try Self.wants(of: event.device, fleet, store, at: now)
        var planner = try Self.planner(of: event.device, store)
        if event.port == Int(ReportKind.parity.port), planner.noteSum(at: now) {
            try Self.save(planner, of: event.device, store)
        }
        let rules = RequestPlanner.Rules.at(
            spreadingFactor: event.radio.spreadingFactor, mostInADay: allowance(of: event.device, fleet, at: now),
            sendsSums: planner.sendsSums(at: now))
        let known = planner.isToTell(rules, at: now) ? try Self.known(of: event.device, fleet, store, at: now) : []
        guard !known.isEmpty || !wants.allSatisfy(\.isEmpty) else { return nil }
        guard let frame = planner.next(wants, rules: rules, at: now, known: known) else { return nil }
        let payload = frame.encode()
        let time = GatewayBudget.airTime(
            payload: payload.count, spreadingFactor: event.radio.spreadingFactor ?? 12)
        guard budget.spend(time, of: event.radio.gateway, at: now) else { return nil }
        // Remembered first: what is sent and forgotten would be sent again and again.
        try Self.save(planner, of: event.device, store)
        return DownlinkOrder(
            device: event.device, address: event.address, port: ReportKind.commandPort, payload: payload,
            identifier: UUID().uuidString.lowercased(), expiresAt: now + RequestPlanner.expiry)
    }

    private func isDue(_ device: DeviceIdentifier, at now: UTCInstant) -> Bool {
        looked[device].map { now - $0 >= Self.pause || now < $0 } ?? true
    }

    /// Also that of an alarm which waits for its answer while it is not due to ask.
    private mutating func note(_ uplink: StoredUplink) {
        guard uplink.event.isConfirmed, uplink.event.port == Int(ReportKind.alarm.port) else { return }
        let before = alarms[uplink.event.device, default: []].suffix(Self.alarmsKept - 1)
        alarms[uplink.event.device] = before + [uplink.receivedAt]
    }

    /// A day's requests, less the alarms' acknowledgements but for the one that is in reserve (`DownlinkShares`).
    private mutating func allowance(of device: DeviceIdentifier, _ fleet: Fleet, at now: UTCInstant) -> Int {
        guard let recent = alarms[device]?.filter({ $0 > now - RequestPlanner.day }) else { return fleet.dailyRequests }
        alarms[device] = recent.isEmpty ? nil : recent
        return max(0, fleet.dailyRequests - max(0, recent.count - 1))
    }

    /// An answer of a bridge to a downlink.
    package func take(
        _ reply: DecodedReport, of device: DeviceIdentifier, at now: UTCInstant
    ) throws(ProfileStoreError) {
        guard let summary = ReplySummary(reply) else { return }
        var planner = try Self.planner(of: device, store)
        if planner.take(summary, at: now) { try Self.save(planner, of: device, store) }
    }

    // MARK: What is missing

    static func wants(
        of device: DeviceIdentifier, _ fleet: Fleet, _ store: any ProfileStore, at now: UTCInstant
    ) throws(ProfileStoreError) -> [RequestPlanner.Want] {
        let registers = try store.registers(of: device)
        let today = QuarterHour(atOrBefore: now).day
        var wants: [RequestPlanner.Want] = []
        var seen: Set<MeterRegister> = []
        for (number, report) in fleet.layouts.reports.enumerated() {
            guard let layout = report.intervals else { continue }
            for meter in report.meters {
                let name = fleet.layouts.meterNames[meter]
                // What several reports tell of is asked of the first of them.
                let names = layout.fields.map(\.name).filter {
                    seen.insert(MeterRegister(meter: meter, name: $0)).inserted
                }
                let mine = registers.filter { $0.meter == name && names.contains($0.name) }
                let profiles = try mine.map { register throws(ProfileStoreError) in
                    try store.profile(of: register, days: today - reach...today + 1)
                }
                let first = beginning(of: mine, at: now)
                wants.append(
                    RequestPlanner.Want(
                        meter: meter, report: number + 1, missing: MissingQuarters.of(profiles, since: first),
                        doubtful: MissingQuarters.doubtful(profiles, since: first)))
            }
        }
        return wants
    }

    /// What a bridge is told of each meter that has an intervals report.
    private static func known(
        of device: DeviceIdentifier, _ fleet: Fleet, _ store: any ProfileStore, at now: UTCInstant
    ) throws(ProfileStoreError) -> [Command] {
        let (today, registers) = (QuarterHour(atOrBefore: now).day, try store.registers(of: device))
        var known: [Command] = []
        for (number, report) in fleet.layouts.reports.enumerated() {
            guard let layout = report.intervals else { continue }
            for meter in report.meters {
                let (name, names) = (fleet.layouts.meterNames[meter], layout.fields.map(\.name))
                let profiles = try registers.filter { $0.meter == name && names.contains($0.name) }
                    .map { register throws(ProfileStoreError) in
                        try store.profile(of: register, days: today - 2...today + 1)
                    }
                // A register that was never told of is not known.
                guard profiles.count == names.count else { continue }
                if let command = Command.acknowledging(profiles, report: number + 1, meter: meter) {
                    known.append(command)
                }
            }
        }
        return known
    }

    private struct MeterRegister: Hashable {
        let meter: Int
        let name: String
    }

    /// From when on quarter-hours are expected; nil for the first that is known.
    private static func beginning(of registers: [StoredRegister], at now: UTCInstant) -> QuarterHour? {
        guard let first = registers.map(\.known.lowerBound).min(), now - first.time < beginning else { return nil }
        return QuarterHour(number: first.number - before)
    }

    /// What can't be read is begun anew: at worst something is asked twice.
    static func planner(
        of device: DeviceIdentifier, _ store: any ProfileStore
    ) throws(ProfileStoreError) -> RequestPlanner {
        guard let stored = try store.requests(of: device) else { return RequestPlanner() }
        return (try? JSONDecoder().decode(RequestPlanner.self, from: Data(stored))) ?? RequestPlanner()
    }

    private static func save(
        _ planner: RequestPlanner, of device: DeviceIdentifier, _ store: any ProfileStore
    ) throws(ProfileStoreError) {
        do {
            try store.save(requests: Array(JSONEncoder().encode(planner)), of: device)
        } catch let error as ProfileStoreError {
            throw error
        } catch {
            throw .unusable(place: "requests of \(device)", reason: "\(error)")
        }
    }
}
