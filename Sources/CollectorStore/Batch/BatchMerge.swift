import LoadProfile
import MeterValues
import ServerEvents
import Timekeeping

/// One transaction's changes: what a batch touches is read at once, joined in memory, and written at once.
struct BatchMerge {
    private struct Register {
        var row: RegisterRow
        var profile: RegisterProfile
        var changed: Set<Int64> = []
        var breaksChanged = false
    }

    private var devices: [DeviceIdentifier: DeviceRow]
    private var registers: [RegisterPlace: Register] = [:]
    /// Those that are not in the tables, in the order in which they came.
    private var new: [RegisterPlace] = []
    private var messages: [MessageRow] = []

    /// Writes a batch.
    /// - Returns: what each uplink changed, in their order.
    static func write(_ batch: ProfileBatch, to tables: some ProfileTables) throws -> [UplinkOutcome] {
        var merge = try Self(batch.uplinks, tables)
        let outcomes = batch.uplinks.map { merge.take($0) }
        try merge.save(to: tables)
        if !batch.troubles.isEmpty { try tables.add(batch.troubles) }
        return outcomes
    }

    private init(_ uplinks: [StoredUplink], _ tables: some ProfileTables) throws {
        let all = Set(uplinks.map(\.event.device))
        devices = all.isEmpty ? [:] : try tables.hold(all.sorted())
        let reporting = Set(uplinks.filter { !$0.registers.isEmpty }.map(\.event.device))
        let keys = reporting.compactMap { devices[$0]?.key }.sorted()
        guard !keys.isEmpty else { return }
        let rows = try tables.registers(of: keys)
        var wanted: Set<DayPlace> = []
        var owners: [Int64: RegisterPlace] = [:]
        for uplink in uplinks {
            for report in uplink.registers {
                guard let place = place(of: report, uplink), let id = rows[place]?.id else { continue }
                owners[id] = place
                for day in report.oldest.day...report.newest.day { wanted.insert(DayPlace(register: id, day: day)) }
            }
        }
        let breaks = owners.isEmpty ? [:] : try tables.breaks(of: owners.keys.sorted())
        for (id, place) in owners {
            guard let row = rows[place] else { continue }
            registers[place] = Register(
                row: row, profile: RegisterProfile(breaks: breaks[id] ?? [], coarsestStep: row.coarsestStep))
        }
        guard !wanted.isEmpty else { return }
        for (day, content) in try tables.days(Array(wanted)) {
            guard let place = owners[day.register] else { continue }
            try registers[place]?.profile.place(ProfileDay(stored: content), on: day.day)
        }
    }

    private func place(of report: RegisterReport, _ uplink: StoredUplink) -> RegisterPlace? {
        devices[uplink.event.device].map {
            RegisterPlace(device: $0.key, meter: report.meter, name: report.register)
        }
    }

    // MARK: Joining

    private mutating func take(_ uplink: StoredUplink) -> UplinkOutcome {
        var outcome = UplinkOutcome()
        guard let key = note(uplink, &outcome) else { return outcome }
        for report in uplink.registers {
            let merge = take(report, of: key)
            outcome.added += merge.added
            outcome.contradictions += merge.contradictions.count
        }
        if let message = uplink.message {
            messages.append(
                MessageRow(
                    device: key, at: uplink.receivedAt.secondsSince1970, kind: message.kind, json: message.json))
        }
        return outcome
    }

    private mutating func note(_ uplink: StoredUplink, _ outcome: inout UplinkOutcome) -> Int64? {
        guard var row = devices[uplink.event.device] else { return nil }
        outcome.isRepeated = !row.recent.insert(uplink.event.identity)
        let seconds = uplink.receivedAt.secondsSince1970
        if outcome.isRepeated {
            row.tally.repeated += 1
        } else {
            let counter = uplink.event.counter
            // Nobody joins anew within a second.
            let isLate = seconds < row.heardAt || seconds == row.heardAt && counter < row.tally.newest ?? 0
            row.tally.take(counter, isLate: isLate)
        }
        // An older one says nothing of how things stand.
        if seconds >= row.heardAt {
            row.heardAt = seconds
            let topic = row.uplink?.topic
            row.uplink = uplink
            row.uplink?.topic = uplink.topic ?? topic
        }
        devices[uplink.event.device] = row
        return row.key
    }

    private mutating func take(_ report: RegisterReport, of device: Int64) -> RegisterProfile.Merge {
        guard let newest = report.places.compactMap(\.self).first?.boundary else { return RegisterProfile.Merge() }
        let place = RegisterPlace(device: device, meter: report.meter, name: report.register)
        var register = registers.removeValue(forKey: place) ?? begin(place, report, newest)
        let merge = register.profile.merge(report)
        let oldest = report.places.last { $0 != nil }??.boundary ?? newest
        let known = register.row.known
        register.row.known = min(known.lowerBound, oldest)...max(known.upperBound, newest)
        register.row.coarsestStep = register.profile.coarsestStep
        register.changed.formUnion(merge.days)
        for day in merge.days.sorted() { register.profile.days[day].map { register.row.recent.note($0, on: day) } }
        register.breaksChanged = register.breaksChanged || merge.breaksChanged
        registers[place] = register
        return merge
    }

    private mutating func begin(_ place: RegisterPlace, _ report: RegisterReport, _ newest: QuarterHour) -> Register {
        new.append(place)
        return Register(
            row: RegisterRow(
                unit: report.unit, coarsestStep: report.step, known: newest...newest,
                recent: RecentBoundaries(newest: newest.day)),
            profile: RegisterProfile(coarsestStep: report.step))
    }

    // MARK: Writing

    private mutating func save(to tables: some ProfileTables) throws {
        if !devices.isEmpty { try tables.save(devices.values.sorted { $0.key < $1.key }) }
        let begun = new.compactMap { place in registers[place].map { (place: place, row: $0.row) } }
        if !begun.isEmpty {
            for (place, id) in try tables.insert(begun) { registers[place]?.row.id = id }
        }
        let isNew = Set(new)
        var rows: [Int64: RegisterRow] = [:]
        var days: [DayPlace: [UInt8]] = [:]
        var breaks: [Int64: [SeriesBreak]] = [:]
        for (place, register) in registers {
            guard let id = register.row.id else { continue }
            if !isNew.contains(place), !register.changed.isEmpty { rows[id] = register.row }
            for day in register.changed {
                days[DayPlace(register: id, day: day)] = register.profile.days[day]?.stored
            }
            if register.breaksChanged { breaks[id] = register.profile.breaks }
        }
        if !rows.isEmpty { try tables.save(rows) }
        if !days.isEmpty {
            try tables.save(days)
            try tables.mark(Array(days.keys))
        }
        if !breaks.isEmpty { try tables.save(breaks) }
        if !messages.isEmpty { try tables.add(messages) }
    }
}
