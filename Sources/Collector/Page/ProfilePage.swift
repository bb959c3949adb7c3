package import CollectorStore
import FoundationEssentials
import LoadProfile
import MeterValues
package import ServerEvents
import Timekeeping
import UplinkPayload
import WebPages

/// Load profiles as a page of one file, which asks nobody: charts with gaps as gaps, tables, and how the fleet does.
package struct ProfilePage {
    private let store: any ProfileStore
    private let status: CollectorStatus
    private var now: UTCInstant { status.at }

    package init(_ store: any ProfileStore, status: CollectorStatus) {
        self.store = store
        self.status = status
    }

    /// Days that a page goes back.
    package static let days: Int64 = 400
    /// Bridges of whose meters all are in the page at once; of more they are asked for.
    private static let few = 8
    /// Bridges that are shown together.
    package static let portion = 24

    /// A page that asks nobody.
    /// - Parameters:
    ///   - device: nil for all.
    ///   - days: of UTC, up to today.
    package func html(
        of device: DeviceIdentifier? = nil, days: Int64 = Self.days
    ) throws(ProfileStoreError) -> String {
        let devices = status.leastCompleteFirst.filter { device ?? $0.stored.device == $0.stored.device }
        let content = try content(
            devices, meters: devices.sorted { $0.stored.device < $1.stored.device }, days: days, asks: false)
        return html(content, nonce: nil)
    }

    /// A page that asks its server for what it shows, so that a large fleet is no larger.
    /// - Parameter device: whose meters are shown first.
    package func html(asking nonce: String, of device: DeviceIdentifier? = nil) throws(ProfileStoreError) -> String {
        let all = status.leastCompleteFirst
        let few = all.count <= Self.few ? all.sorted { $0.stored.device < $1.stored.device } : Array(all.prefix(1))
        let chosen = all.filter { $0.stored.device == device }
        let content = try content(
            Array(all.prefix(Self.portion)), meters: chosen.isEmpty ? few : chosen, days: Self.days, asks: true)
        return html(content, nonce: nonce)
    }

    private func html(_ content: JSONValue, nonce: String?) -> String {
        WebPage(
            title: "Load profiles", body: Self.body,
            scripts: [
                "const collected = \(content.text);", String(decoding: PackageResources.profile_js, as: UTF8.self),
            ]
        ).html(nonce: nonce)
    }

    private func content(
        _ devices: [CollectorStatus.Device], meters: [CollectorStatus.Device], days: Int64, asks: Bool
    ) throws(ProfileStoreError) -> JSONValue {
        [
            "time": .number("\(now.secondsSince1970 * 1_000)"), "asks": .flag(asks),
            "total": .number("\(status.fleets.map(\.devices.count).reduce(0, +))"),
            "meters": .array(try self.meters(of: meters, days: days)), "devices": .array(try lines(devices)),
            "complaints": .array(status.complaints.map { .string($0) }),
        ]
    }

    /// Some of the bridges, the least complete first.
    /// - Parameter search: a part of DevEUI or name.
    func bridges(search: String, from: Int, most: Int) throws(ProfileStoreError) -> JSONValue {
        let word = search.lowercased()
        let found = status.leastCompleteFirst.filter {
            word.isEmpty || "\($0.stored.device) \($0.stored.address.name)".lowercased().contains(word)
        }
        let some = Array(found.dropFirst(max(0, from)).prefix(max(0, min(most, 200))))
        return ["total": .number("\(found.count)"), "devices": .array(try lines(some))]
    }

    /// What the charts of a bridge's meters are drawn of.
    func meters(of device: DeviceIdentifier) throws(ProfileStoreError) -> JSONValue {
        let mine = status.leastCompleteFirst.filter { $0.stored.device == device }
        return ["meters": .array(try meters(of: mine, days: Self.days))]
    }

    private func lines(_ devices: [CollectorStatus.Device]) throws(ProfileStoreError) -> [JSONValue] {
        try devices.map { device throws(ProfileStoreError) in try line(device) }
    }

    private func meters(
        of devices: [CollectorStatus.Device], days: Int64
    ) throws(ProfileStoreError) -> [JSONValue] {
        let last = QuarterHour(atOrBefore: now).day
        var meters: [JSONValue] = []
        for each in devices { meters += try self.meters(of: each.stored, days: last - days...last) }
        return meters
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
                "device": .string("\(device.device)"), "title": .string(title.joined(separator: ", ")),
                "unit": .string(register.unit.symbol),
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
        <h2 id="bridges">Bridges</h2>
        <div class="tools held">
        <label>Search <input id="search" type="search" size="16" placeholder="name or DevEUI"></label>
        <span><button id="before" aria-label="bridges before" hidden>&#9664;</button> <span id="count"></span> \
        <button id="after" aria-label="bridges behind" hidden>&#9654;</button></span>
        </div>
        <div id="fleet" class="cards"></div>
        <h2>Values <button id="copy">Copy</button></h2>
        <div id="table"></div>
        """
}
