import CollectorStore
import LoadProfile
import MeterValues
import ServerEvents
import UplinkPayload

/// A register's hours as Home Assistant's `recorder/import_statistics` takes them.
struct StatisticsImport {
    /// Which form the metadata has (`ha_version` of `auth_ok`).
    enum Form: Hashable {
        /// Before 2025.11.
        case hasMean
        case meanType

        /// What can't be read counts as new.
        init(version: String) {
            let numbers = version.split(separator: ".").prefix(2).map { Int($0) ?? .max }
            let isOld = numbers.count == 2 && (numbers[0], numbers[1]) < (2025, 11)
            self = isOld ? .hasMean : .meanType
        }
    }

    let register: StoredRegister
    /// Of the meter among those of its device, in letters that an id may have.
    let meter: String
    let deviceName: String

    private static let source = "p1lora"

    /// `p1lora:eui_meter_register`: small letters, digits, and single underlines inside.
    var identifier: String {
        let parts = ["\(register.device)".lowercased(), meter, register.name]
        let words = parts.flatMap { $0.split(separator: "_") }
        return Self.source + ":" + words.joined(separator: "_")
    }

    /// - Returns: nil where no full hour of these days is known.
    func message(
        number: Int, days: [Int64], profile: RegisterProfile, series: StatisticsSeries, form: Form
    ) -> JSONValue? {
        let rows = days.sorted().flatMap { day in
            stride(from: 0, to: Int64(ProfileDay.boundaries), by: 4).compactMap {
                row(QuarterHour(number: QuarterHour(startOfDay: day).number + $0), profile, series)
            }
        }
        guard !rows.isEmpty else { return nil }
        return [
            "id": .number("\(number)"), "type": "recorder/import_statistics", "metadata": metadata(form),
            "stats": .array(rows),
        ]
    }

    /// The row of 13:00 has what the register showed at 14:00.
    private func row(_ end: QuarterHour, _ profile: RegisterProfile, _ series: StatisticsSeries) -> JSONValue? {
        guard let value = profile.register(at: end) else { return nil }
        func number(_ value: Int64) -> JSONValue { .number(RegisterNumber.text(value, in: register.unit)) }
        return [
            "start": .string("\(QuarterHour(number: end.number - 4).time)"), "state": number(value),
            "sum": number(value - series.base(at: end)),
        ]
    }

    private func metadata(_ form: Form) -> JSONValue {
        let (_, unit) = HomeAssistantMeter.kind(of: register)
        let name = [deviceName, register.meter, HomeAssistantMeter.title(of: register.name)].filter { !$0.isEmpty }
        var members: [JSONValue.Member] = [
            .init("source", .string(Self.source)), .init("statistic_id", .string(identifier)),
            .init("name", .string(name.joined(separator: " "))), .init("unit_of_measurement", .string(unit)),
            .init("has_sum", true),
        ]
        switch form {
        case .hasMean: members.append(.init("has_mean", false))
        case .meanType:
            members += [.init("mean_type", .number("0")), .init("unit_class", unitClass.map { .string($0) } ?? .null)]
        }
        return .object(members)
    }

    /// Of those by which Home Assistant converts units.
    private var unitClass: String? {
        switch register.unit.dimension {
        case .activeEnergy, .heat: "energy"
        case .volume: "volume"
        default: nil
        }
    }
}
