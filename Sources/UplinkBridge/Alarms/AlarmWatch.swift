import MeterValues
import Timekeeping
import UplinkPayload

/// Watches the readings of one meter for what can't wait: limits that are crossed, and switches.
///
/// A limit counts as crossed when it has been for a while, and as respected again when it has been, with some distance, for
/// longer: a voltage that trembles at its limit makes one alarm and not hundreds.
struct AlarmWatch {
    private struct Crossing {
        /// Since when the readings say otherwise than the alarm.
        var changing: MonotonicInstant?
        var isActive = false
        /// The worst value while the change lasts.
        var extreme: Int64 = 0
        var phases: Alarm.Phases = []
    }

    private let meter: Int
    private var crossings: [Alarm.Kind: Crossing] = [:]
    private var switches: [Alarm.Kind: Int64] = [:]
    /// Phases that have had a voltage: of some meters those that are not connected show 0 V.
    private var phases: Alarm.Phases = []

    /// How long a limit is crossed before it is told: two telegrams for a voltage, half a minute for a power.
    private static let patience: [Alarm.Kind: TimeSpan] = [
        .underVoltage: .seconds(10), .overVoltage: .seconds(10), .importPower: .seconds(30),
        .exportPower: .seconds(30),
    ]
    private static let rest = TimeSpan.seconds(60)

    init(meter: Int) { self.meter = meter }

    /// - Returns: what is to be told of this reading.
    mutating func take(
        _ reading: Reading, limits: [AlarmLimit: Int], at now: MonotonicInstant, utc: UTCInstant?
    ) -> [Alarm] {
        var alarms: [Alarm] = []
        for (kind, limit) in Self.limited {
            guard let value = limits[limit] else {
                crossings[kind] = nil
                continue
            }
            guard let measured = Measured(kind, in: reading, phases: &phases) else { continue }
            if let alarm = judge(kind, measured, limit: Int64(value), at: now, utc: utc) { alarms.append(alarm) }
        }
        for (kind, code) in Self.switchCodes {
            guard let state = reading.quantities[code]?.coefficient else { continue }
            let before = switches.updateValue(state, forKey: kind)
            guard let before, before != state else { continue }
            alarms.append(
                Alarm(kind, meter: meter, isActive: state != 1, time: utc, value: Int(clamping: state)))
        }
        return alarms
    }

    private mutating func judge(
        _ kind: Alarm.Kind, _ measured: Measured, limit: Int64, at now: MonotonicInstant, utc: UTCInstant?
    ) -> Alarm? {
        var crossing = crossings[kind] ?? Crossing()
        defer { crossings[kind] = crossing }
        let isBelow = kind == .underVoltage
        let worst = measured.worst(isBelow: isBelow)
        // 2 % of the limit is between crossing it and being safe again.
        let margin = limit / 50
        let isCrossed = isBelow ? worst < limit : worst > limit
        let isSafe = isBelow ? worst >= limit + margin : worst <= limit - margin
        guard crossing.isActive ? isSafe : isCrossed else {
            crossing.changing = nil
            return nil
        }
        if let since = crossing.changing {
            if isBelow ? worst < crossing.extreme : worst > crossing.extreme { crossing.extreme = worst }
            crossing.phases.formUnion(measured.phases(beyond: limit, isBelow: isBelow))
            let wait = crossing.isActive ? Self.rest : Self.patience[kind] ?? .zero
            guard now - since >= wait else { return nil }
        } else {
            crossing.changing = now
            crossing.extreme = worst
            crossing.phases = measured.phases(beyond: limit, isBelow: isBelow)
            return nil
        }
        crossing.isActive.toggle()
        crossing.changing = nil
        let value = crossing.isActive ? crossing.extreme : worst
        return Alarm(
            kind, meter: meter, isActive: crossing.isActive, phases: crossing.phases, time: utc,
            value: Int(clamping: max(0, value)), limit: Int(clamping: limit))
    }

    private static let limited: [(Alarm.Kind, AlarmLimit)] = [
        (.underVoltage, .underVoltage), (.overVoltage, .overVoltage), (.importPower, .importPower),
        (.exportPower, .exportPower),
    ]
    private static let switchCodes: [(Alarm.Kind, OBISCode)] = [
        (.breaker, OBISCode(0, 0, 96, 3, 10)), (.relay1, OBISCode(0, 1, 96, 3, 10)),
        (.relay2, OBISCode(0, 2, 96, 3, 10)),
    ]
}

/// What a limit is compared with, in the limit's steps.
private struct Measured {
    /// By phase for voltages; the whole meter's power has none.
    private let values: [(value: Int64, phase: Alarm.Phases)]

    private static let voltages: [(UInt8, Alarm.Phases)] = [(32, .l1), (52, .l2), (72, .l3)]

    init?(_ kind: Alarm.Kind, in reading: Reading, phases: inout Alarm.Phases) {
        func value(_ code: OBISCode, _ unit: MeterUnit, _ decimals: Int) -> Int64? {
            reading.quantities[code]?.coefficient(in: unit, decimals: decimals, rounding: true)
        }
        switch kind {
        case .underVoltage, .overVoltage:
            values = Self.voltages.compactMap { number, phase in
                guard let volts = value(OBISCode(1, 0, number, 7, 0), .volt, 1) else { return nil }
                if volts > 0 { phases.formUnion(phase) }
                return phases.contains(phase) ? (volts, phase) : nil
            }
        case .importPower, .exportPower:
            values = Self.power(kind, in: reading).map { [($0, Alarm.Phases())] } ?? []
        default: return nil
        }
        guard !values.isEmpty else { return nil }
    }

    /// The balance of both directions where the meter tells both: while one phase imports and another exports, each
    /// register alone says more than flows (and than a tariff charges for).
    private static func power(_ kind: Alarm.Kind, in reading: Reading) -> Int64? {
        func hundredths(_ quantity: Quantity?) -> Int64? {
            quantity?.coefficient(in: .kilowatt, decimals: 2, rounding: true)
        }
        let isImport = kind == .importPower
        if let net = hundredths(reading.netPower) { return max(0, isImport ? net : 0 &- net) }
        return hundredths(reading.quantities[OBISCode(1, 0, isImport ? 1 : 2, 7, 0)])
    }

    func worst(isBelow: Bool) -> Int64 {
        let all = values.map(\.value)
        return (isBelow ? all.min() : all.max()) ?? 0
    }

    func phases(beyond limit: Int64, isBelow: Bool) -> Alarm.Phases {
        values.reduce(into: []) { phases, item in
            if isBelow ? item.value < limit : item.value > limit { phases.formUnion(item.phase) }
        }
    }
}
