package import CollectorStore
import Foundation
import LoadProfile
import MeterValues
package import ServerEvents
package import Timekeeping
import UplinkPayload
import WebPages

/// Load profiles as a page of one file, which asks nobody: charts with gaps as gaps, tables, and how the fleet does.
package struct ProfilePage {
    private let store: any ProfileStore
    private let fleets: Fleets
    private let time: LocalTime
    private let now: UTCInstant

    package init(_ store: any ProfileStore, fleets: Fleets, time: LocalTime, at now: UTCInstant) {
        self.store = store
        self.fleets = fleets
        self.time = time
        self.now = now
    }

    /// - Parameters:
    ///   - device: nil for all.
    ///   - days: of UTC, up to today.
    ///   - nonce: of an answer over HTTP; nil for a file.
    package func html(
        of device: DeviceIdentifier? = nil, days: Int64 = 400, nonce: String? = nil
    ) throws(ProfileStoreError) -> String {
        let data = "const collected = \(try content(of: device, days: days).text);"
        return WebPage(
            title: "Load profiles", body: Self.body,
            scripts: [data, String(decoding: PackageResources.profile_js, as: UTF8.self)]
        ).html(nonce: nonce)
    }

    private func content(of device: DeviceIdentifier?, days: Int64) throws(ProfileStoreError) -> JSONValue {
        let status = try CollectorStatus(store, fleets: fleets, time: time, at: now)
        let devices = status.fleets.flatMap(\.devices).filter { device ?? $0.stored.device == $0.stored.device }
            .sorted { $0.stored.device < $1.stored.device }
        let last = QuarterHour(atOrBefore: now).day
        var meters: [JSONValue] = []
        var lines: [JSONValue] = []
        for each in devices {
            meters += try self.meters(of: each.stored, days: last - days...last)
            lines.append(try line(each))
        }
        return [
            "time": .number("\(now.secondsSince1970 * 1_000)"), "meters": .array(meters), "devices": .array(lines),
            "complaints": .array(status.complaints.map { .string($0) }),
        ]
    }

    private func line(_ device: CollectorStatus.Device) throws(ProfileStoreError) -> JSONValue {
        let (stored, tally) = (device.stored, device.stored.tally)
        let message = try store.messages(of: stored.device, most: 1).first.map { "\($0.at) \($0.json)" }
        let requests = try RequestDesk.planner(of: stored.device, store).count(at: now)
        return [
            "device": .string("\(stored.device)"), "name": .string(stored.address.name),
            "heard_at": .string("\(stored.heardAt)"), "uplinks": .number("\(tally.heard)"),
            "lost": .number("\(tally.missed)"), "spreading_factor": JSONValue(stored.radio.spreadingFactor),
            "completeness": JSONValue(device.coverage.percent), "requests": .number("\(requests)"),
            "message": .string(message ?? ""),
        ]
    }

    // MARK: Registers

    /// What is taken stands above the axis, and what is fed in of the same meter below it.
    private func meters(
        of device: StoredDevice, days: ClosedRange<Int64>
    ) throws(ProfileStoreError) -> [JSONValue] {
        let registers = try store.registers(of: device.device)
        var meters: [JSONValue] = []
        for register in registers where Self.partner(of: register, "export", "import", among: registers) == nil {
            let other = Self.partner(of: register, "import", "export", among: registers)
            let title = [device.address.name, register.meter, other == nil ? register.name : ""]
                .filter { !$0.isEmpty }
            meters.append([
                "title": .string(title.joined(separator: ", ")), "unit": .string(register.unit.symbol),
                "up": try series(register, days: days),
                "down": try other.map { other throws(ProfileStoreError) in try series(other, days: days) } ?? .null,
            ])
        }
        return meters
    }

    private static func partner(
        of register: StoredRegister, _ word: String, _ other: String, among registers: [StoredRegister]
    ) -> StoredRegister? {
        guard register.name.hasPrefix(word) else { return nil }
        let name = other + register.name.dropFirst(word.count)
        return registers.first { $0.meter == register.meter && $0.name == name && $0.unit == register.unit }
    }

    /// Registers less the first one, so that they are short; null where nobody knows.
    private func series(_ register: StoredRegister, days: ClosedRange<Int64>) throws(ProfileStoreError) -> JSONValue {
        let profile = try store.profile(of: register, days: days)
        guard let known = profile.known else { return .null }
        var values: [JSONValue] = []
        var boundary = known.lowerBound
        let first = profile.register(at: boundary) ?? 0
        while boundary <= known.upperBound {
            values.append(JSONValue(profile.register(at: boundary).map { $0 - first }))
            boundary = boundary.next
        }
        let breaks = profile.breaks.map { each -> JSONValue in
            .array([each.after, each.until].map { .number("\($0.time.secondsSince1970 * 1_000)") })
        }
        let decimals = register.unit.exponent - (RegisterScale.unit(of: register.unit.dimension)?.exponent ?? 0)
        return [
            "name": .string(register.name), "start": .number("\(known.lowerBound.time.secondsSince1970 * 1_000)"),
            "scale": .number(decimals < 0 ? "1e\(decimals)" : "1" + String(repeating: "0", count: decimals)),
            "breaks": .array(breaks), "values": .array(values),
        ]
    }

    private static let body = """
        <h1>Load profiles</h1>
        <div id="complaints"></div>
        <div class="tools">
        <label>Meter <select id="meter"></select></label>
        <label>Time <select id="span"><option value="day">day</option><option value="week">week</option>\
        <option value="month">month</option><option value="year">year</option></select></label>
        <span><button id="back" aria-label="earlier">&#9664;</button> <span id="when"></span> \
        <button id="on" aria-label="later">&#9654;</button></span>
        <label>Limit <input id="limit" type="number" min="0" step="0.1" size="5" placeholder="kW"></label>
        </div>
        <div id="chart"></div>
        <div id="legend"></div>
        <p id="sum"></p>
        <p id="peak"></p>
        <h2>Bridges</h2>
        <div id="fleet" class="cards"></div>
        <h2>Values <button id="copy">Copy</button></h2>
        <div id="table"></div>
        """
}
