import CollectorStore
import FoundationEssentials
import LinuxHardware
import MeterValues
import ServerEvents
import Timekeeping
import UplinkPayload
import WebPages

/// What is to be had over HTTP: the page, profiles in the forms of the export, the state of things, metrics.
struct ProfileAPI {
    private let configuration: CollectorConfiguration
    private let store: any ProfileStore
    private let statuses: StatusCache
    private let now: UTCInstant

    init(
        _ configuration: CollectorConfiguration, _ store: any ProfileStore, _ statuses: StatusCache, at now: UTCInstant
    ) {
        self.configuration = configuration
        self.store = store
        self.statuses = statuses
        self.now = now
    }

    private var time: LocalTime { LocalTime(configuration.timeZone) }

    func answer(_ head: WebRequestHead) -> RequestServer.Answer {
        do throws(ProfileStoreError) {
            switch head.path {
            case "/": return try page(head)
            case "/api/profile": return try profile(head)
            case "/api/devices": return json(try devices().text)
            case "/api/bridges": return json(try bridges(head).text)
            case "/api/meters": return try meters(head)
            case "/api/status": return json(try status().json)
            case "/metrics":
                return RequestServer.Answer(type: "text/plain; version=0.0.4", body: Array(try status().metrics.utf8))
            default:
                return .text(
                    "there is no such page: /, /api/bridges, /api/devices, /api/meters, /api/profile, /api/status, "
                        + "/metrics", status: 404)
            }
        } catch {
            return .text("\(error)", status: 503)
        }
    }

    private func json(_ text: String) -> RequestServer.Answer {
        RequestServer.Answer(type: "application/json", body: Array((text + "\n").utf8))
    }

    private func status() throws(ProfileStoreError) -> CollectorStatus {
        try statuses.status(at: now)
    }

    private func pageContent() throws(ProfileStoreError) -> ProfilePage { ProfilePage(store, status: try status()) }

    /// `?search=&from=&most=`: some of the bridges, the least complete first.
    private func bridges(_ head: WebRequestHead) throws(ProfileStoreError) -> JSONValue {
        func number(_ key: String) -> Int? { head.query[key].flatMap { Int($0) } }
        return try pageContent().bridges(
            search: head.query["search"] ?? "", from: number("from") ?? 0,
            most: number("most") ?? ProfilePage.portion)
    }

    /// `?device=`: what the page draws its charts of.
    private func meters(_ head: WebRequestHead) throws(ProfileStoreError) -> RequestServer.Answer {
        guard let device = head.query["device"].flatMap({ DeviceIdentifier(hex: $0) }) else {
            return .text("device is no DevEUI", status: 400)
        }
        return json(try pageContent().meters(of: device).text)
    }

    private func page(_ head: WebRequestHead) throws(ProfileStoreError) -> RequestServer.Answer {
        let nonce = (0..<16).map { _ in String(UInt8.random(in: 16...255), radix: 16) }.joined()
        let html = try pageContent().html(
            asking: nonce, of: head.query["device"].flatMap { DeviceIdentifier(hex: $0) })
        return RequestServer.Answer(
            type: "text/html; charset=utf-8", body: Array(html.utf8),
            headers: WebPage.headers(nonce: nonce).filter { $0.name != "Cache-Control" }.map {
                "\($0.name): \($0.value)"
            })
    }

    /// Devices with their registers and the times of which something is known.
    private func devices() throws(ProfileStoreError) -> JSONValue {
        .array(
            try store.devices().map { device throws(ProfileStoreError) -> JSONValue in
                let registers = try store.registers(of: device.device).map { register -> JSONValue in
                    [
                        "meter": .string(register.meter), "register": .string(register.name),
                        "unit": .string(register.unit.symbol),
                        "from": .string(time.text(register.known.lowerBound.time)),
                        "to": .string(time.text(register.known.upperBound.time)),
                    ]
                }
                return [
                    "device": .string("\(device.device)"), "name": .string(device.address.name),
                    "registers": .array(registers),
                ]
            })
    }

    /// `?device=&meter=&point=&from=&to=&format=csv`: as `p1lora-collector export` has them, JSON where no format is named.
    private func profile(_ head: WebRequestHead) throws(ProfileStoreError) -> RequestServer.Answer {
        var selection = ProfileExport.Selection(meter: head.query["meter"], point: head.query["point"])
        if let text = head.query["device"] {
            guard let device = DeviceIdentifier(hex: text) else { return .text("device is no DevEUI", status: 400) }
            selection.device = device
        }
        for (key, path) in [("from", \ProfileExport.Selection.from), ("to", \.to)] {
            guard let text = head.query[key] else { continue }
            guard let instant = time.instant(written: text) else { return .text("\(key) is no time", status: 400) }
            selection[keyPath: path] = instant
        }
        guard let format = ProfileExport.Format(rawValue: head.query["format"] ?? "json") else {
            let names = ProfileExport.Format.allCases.map(\.rawValue).joined(separator: ", ")
            return .text("format is one of \(names)", status: 400)
        }
        var body: [UInt8] = []
        let export = ProfileExport(store, zone: configuration.timeZone, format: format, now: now)
        do {
            _ = try export.run(selection) { body += $0 }
        } catch .store(let error) {
            throw error
        } catch {
            return .text("\(error)", status: 400)
        }
        return RequestServer.Answer(type: format.mediaType, body: body)
    }
}
