package import CollectorStore
import FoundationEssentials
import HardwareInterfaces
import LoadProfile
import MeterValues
import ServerEvents
import Timekeeping

/// Home Assistant's long-term statistics: an hour each, dated as it was, however late it comes.
package final class StatisticsFollower: Follower {
    private let configuration: HomeAssistantConfiguration
    private let store: any ProfileStore
    private let isStopped: () -> Bool
    private let refuse: (String) -> Void
    private var socket: HomeAssistantSocket?
    package private(set) var refused: Set<Int64> = []

    /// - Parameter refuse: told of a register that Home Assistant does not take.
    package init(
        _ configuration: HomeAssistantConfiguration, store: any ProfileStore, isStopped: @escaping () -> Bool,
        refuse: @escaping (String) -> Void
    ) {
        self.configuration = configuration
        self.store = store
        self.isStopped = isStopped
        self.refuse = refuse
    }

    package func deliver(_ days: [UnsentDay]) throws(FollowerError) {
        do throws(FollowerError) {
            let socket = try connected()
            for (id, mine) in Dictionary(grouping: days, by: \.register.id).sorted(by: { $0.key < $1.key })
            where !refused.contains(id) { try deliver(mine, socket) }
        } catch {
            (socket, refused) = (nil, [])
            throw error
        }
    }

    private func connected() throws(FollowerError) -> HomeAssistantSocket {
        if let socket { return socket }
        let made = try HomeAssistantSocket(configuration, isStopped: isStopped)
        socket = made
        return made
    }

    /// - Parameter days: of one register.
    private func deliver(_ days: [UnsentDay], _ socket: HomeAssistantSocket) throws(FollowerError) {
        guard let first = days.first else { return }
        let register = first.register
        let (profile, series, meter): (RegisterProfile, StatisticsSeries?, String)
        do throws(ProfileStoreError) {
            profile = try self.profile(of: register, days.map(\.day))
            series = try self.series(of: register, profile)
            meter = try self.meter(of: register)
        } catch {
            throw FollowerError(error)
        }
        guard let series else { return }
        let statistics = StatisticsImport(register: register, meter: meter, deviceName: first.deviceName)
        let refusal = try socket.tell {
            statistics.message(
                number: $0, days: days.map(\.day), profile: profile, series: series, form: socket.form)
        }
        guard let refusal else { return }
        refused.insert(register.id)
        refuse("\(statistics.identifier) is refused: \(refusal)")
    }

    /// With the days that are told of, and those at which the register began anew.
    private func profile(
        of register: StoredRegister, _ days: [Int64]
    ) throws(ProfileStoreError) -> RegisterProfile {
        let known = (days.min() ?? 0)...(days.max() ?? 0)
        var profile = try store.profile(of: register, days: known)
        for day in Set(profile.breaks.flatMap { [$0.after.day, $0.until.day] }) where !known.contains(day) {
            try store.profile(of: register, days: day...day).days[day].map { profile.place($0, on: day) }
        }
        return profile
    }

    /// - Returns: nil for a register of which nothing is known.
    private func series(
        of register: StoredRegister, _ profile: RegisterProfile
    ) throws(ProfileStoreError) -> StatisticsSeries? {
        let name = "\(register.device) \(configuration.name) \(register.meter) \(register.name)"
        let stored = try store.memory(name).flatMap { try? JSONDecoder().decode(StatisticsSeries.self, from: Data($0)) }
        guard var series = stored == nil ? try begin(register) : stored else { return nil }
        let day = series.follow(profile)
        if stored == nil || day != nil {
            guard let content = try? JSONEncoder().encode(series) else { return nil }
            try store.remember(Array(content), as: name)
        }
        if stored != nil, let day { try store.resend(register, from: day, to: configuration.name) }
        return series
    }

    private func begin(_ register: StoredRegister) throws(ProfileStoreError) -> StatisticsSeries? {
        let first = register.known.lowerBound
        let profile = try store.profile(of: register, days: first.day...first.day + 1)
        return profile.known.flatMap { profile.register(at: $0.lowerBound) }.map { StatisticsSeries(base: $0) }
    }

    /// Letters of an id, and another meter's are others.
    private func meter(of register: StoredRegister) throws(ProfileStoreError) -> String {
        var taken: Set<String> = []
        var seen: Set<String> = []
        for each in try store.registers(of: register.device) where seen.insert(each.meter).inserted {
            let name = MeterTopic.name(of: Self.joined(each.meter), &taken)
            if each.meter == register.meter { return name }
        }
        return MeterTopic.name(of: Self.joined(register.meter), &taken)
    }

    /// An id has no two underlines beside each other, and none at an end.
    private static func joined(_ meter: String) -> String {
        meter.lowercased().split { !$0.isASCII || !($0.isLetter || $0.isNumber) }.joined(separator: "_")
    }
}
