import BridgeSimulation
import Collector
import CollectorStore
import FoundationEssentials
import HardwareSimulators
import ServerEvents
import Timekeeping

/// What stands between a simulated bridge and the collector: a network server that publishes JSON, and takes JSON.
final class VirtualServer: TrialCollector {
    private let house: FleetHouse
    private let store: any ProfileStore
    private var intake: Intake
    private var desk: RequestDesk
    private var waiting: [[UInt8]] = []
    /// Requests that were given to the bridge's server.
    private(set) var requests = 0
    /// What was published.
    private(set) var messages: [String] = []
    private(set) var troubles: [String] = []
    private var failure: (any Error)?

    init(_ house: FleetHouse, store: any ProfileStore, fleets: Fleets) {
        self.house = house
        self.store = store
        intake = Intake(store, fleets: fleets)
        desk = RequestDesk(store, fleets: fleets)
    }

    /// - Throws: what went wrong on the way.
    func check() throws { if let failure { throw failure } }

    func hear(_ uplink: DeliveredUplink, at now: UTCInstant) {
        let port = Int(uplink.port ?? 0)
        let session = "\(uplink.devAddr)"
        let event = UplinkEvent(
            device: house.device, identity: "\(session) \(uplink.counter) \(uplink.payload.count)", port: port,
            counter: uplink.counter, payload: uplink.payload, receivedAt: now, isConfirmed: uplink.isConfirmed,
            radio: .init(
                gateway: "gateway", signal: Double(uplink.heard.rssi), noiseRatio: Double(uplink.heard.snrQuarters) / 4,
                spreadingFactor: uplink.heard.spreadingFactor, bandwidth: uplink.heard.bandwidth),
            address: house.address)
        let json = event.json
        messages.append(json)
        do {
            intake.onTrouble = { [unowned self] trouble, _ in troubles.append(trouble.text) }
            intake.take(Array(json.utf8), topic: event.topic, at: now)
            let committed = try intake.commit()
            for reply in committed.replies { try desk.take(reply.report, of: reply.device, at: now) }
            for uplink in committed.uplinks {
                guard let order = try desk.consider(uplink, at: now) else { continue }
                requests += 1
                waiting.append(try VirtualDownlink.payload(of: order.json))
            }
        } catch {
            failure = failure ?? error
        }
    }

    func next(downlinks: Int, at now: UTCInstant) -> [UInt8]? {
        waiting.isEmpty ? nil : waiting.removeFirst()
    }
}

/// A downlink as a network server reads it.
enum VirtualDownlink {
    private struct ChirpStack: Decodable { let data: String }

    private struct TheThingsStack: Decodable {
        struct Downlink: Decodable {
            let payload: String
            enum CodingKeys: String, CodingKey { case payload = "frm_payload" }
        }
        let downlinks: [Downlink]
    }

    struct Failure: Error, CustomStringConvertible { let description: String }

    static func payload(of json: String) throws -> [UInt8] {
        let bytes = Data(json.utf8)
        let text =
            try (try? JSONDecoder().decode(ChirpStack.self, from: bytes))?.data
            ?? JSONDecoder().decode(TheThingsStack.self, from: bytes).downlinks.first?.payload
        guard let payload = text.flatMap({ Data(base64Encoded: $0) }) else {
            throw Failure(description: "no network server would send \(json)")
        }
        return Array(payload)
    }
}
