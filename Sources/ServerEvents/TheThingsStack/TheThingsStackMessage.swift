import FoundationEssentials
import Timekeeping

/// The parts of The Things Stack's messages that are looked at (ttn.lorawan.v3.ApplicationUp, as JSON). What is empty, 0 or
/// false is left out there.
struct TheThingsStackMessage: Decodable {
    struct Identifiers: Decodable {
        struct Application: Decodable {
            var name: String?
            enum CodingKeys: String, CodingKey { case name = "application_id" }
        }
        var device: String?
        var application: Application?
        var devEui: String?

        enum CodingKeys: String, CodingKey {
            case device = "device_id"
            case application = "application_ids"
            case devEui = "dev_eui"
        }
    }

    var identifiers: Identifiers
    var correlations: [String]?
    var receivedAt: String?
    var isSimulated: Bool?
    var uplink: TheThingsStackUplink?
    var sent: TheThingsStackDownlink?
    var acknowledged: TheThingsStackDownlink?
    var notAcknowledged: TheThingsStackDownlink?
    var failed: TheThingsStackFailure?

    enum CodingKeys: String, CodingKey {
        case identifiers = "end_device_ids"
        case correlations = "correlation_ids"
        case receivedAt = "received_at"
        case isSimulated = "simulated"
        case uplink = "uplink_message"
        case sent = "downlink_sent"
        case acknowledged = "downlink_ack"
        case notAcknowledged = "downlink_nack"
        case failed = "downlink_failed"
    }

    func event() throws(ServerEventError) -> ServerEvent {
        if let uplink { return .uplink(try event(uplink)) }
        if let sent { return .downlink(try downlink(sent, .sent)) }
        if let acknowledged { return .downlink(try downlink(acknowledged, .acknowledged)) }
        if let notAcknowledged { return .downlink(try downlink(notAcknowledged, .notAcknowledged)) }
        if let failed {
            let reason = failed.error?.name ?? "without a reason"
            return .downlink(try downlink(failed.downlink ?? TheThingsStackDownlink(), .failed(reason)))
        }
        return .other("other")
    }

    private func device() throws(ServerEventError) -> DeviceIdentifier {
        if let device = DeviceIdentifier(hex: identifiers.devEui ?? "") { return device }
        throw .wrong("end_device_ids.dev_eui", identifiers.devEui ?? "", wanted: "16 hexadecimal digits")
    }

    private func event(_ uplink: TheThingsStackUplink) throws(ServerEventError) -> UplinkEvent {
        let application = identifiers.application?.name ?? ""
        let tenant = uplink.network?.tenant ?? ""
        let best = uplink.receptions?.max { ($0.rssi ?? -.infinity) < ($1.rssi ?? -.infinity) }
        let lora = uplink.settings?.dataRate?.lora
        let payload = uplink.payload ?? ""
        return UplinkEvent(
            device: try device(),
            identity: "\(uplink.session ?? "") \(uplink.counter ?? 0) \(payload)",
            port: uplink.port ?? 0, counter: uplink.counter ?? 0,
            payload: try Base64Part.bytes(payload, part: "uplink_message.frm_payload"),
            // The one nearest the air; a gateway's own clock may be wrong.
            receivedAt: try TimePart.instant(uplink.receivedAt ?? receivedAt, part: "received_at"),
            isConfirmed: uplink.isConfirmed ?? false, isSimulated: isSimulated ?? false,
            radio: UplinkEvent.Radio(
                gateway: best?.gateway?.name, signal: best?.rssi, noiseRatio: best?.snr,
                spreadingFactor: lora?.spreadingFactor, bandwidth: lora?.bandwidth),
            address: DeviceAddress(
                server: .theThingsStack, application: tenant.isEmpty ? application : "\(application)@\(tenant)",
                name: identifiers.device ?? ""))
    }

    private func downlink(
        _ downlink: TheThingsStackDownlink, _ outcome: DownlinkEvent.Outcome
    ) throws(ServerEventError) -> DownlinkEvent {
        let all = (downlink.correlations ?? []) + (correlations ?? [])
        return DownlinkEvent(
            device: try device(),
            identifier: all.first { $0.hasPrefix(DownlinkOrder.correlationPrefix) }
                .map { String($0.dropFirst(DownlinkOrder.correlationPrefix.count)) }, outcome: outcome)
    }
}

struct TheThingsStackUplink: Decodable {
    struct Reception: Decodable {
        struct Gateway: Decodable {
            var name: String?
            enum CodingKeys: String, CodingKey { case name = "gateway_id" }
        }
        var gateway: Gateway?
        var rssi: Double?
        var snr: Double?

        enum CodingKeys: String, CodingKey {
            case gateway = "gateway_ids"
            case rssi, snr
        }
    }

    struct Settings: Decodable {
        struct DataRate: Decodable {
            struct LoRa: Decodable {
                var bandwidth: Int?
                var spreadingFactor: Int?
                enum CodingKeys: String, CodingKey {
                    case bandwidth
                    case spreadingFactor = "spreading_factor"
                }
            }
            var lora: LoRa?
        }
        var dataRate: DataRate?
        enum CodingKeys: String, CodingKey { case dataRate = "data_rate" }
    }

    struct Network: Decodable {
        var tenant: String?
        enum CodingKeys: String, CodingKey { case tenant = "tenant_id" }
    }

    var session: String?
    var port: Int?
    var counter: UInt32?
    var payload: String?
    var isConfirmed: Bool?
    var receivedAt: String?
    var receptions: [Reception]?
    var settings: Settings?
    var network: Network?

    enum CodingKeys: String, CodingKey {
        case session = "session_key_id"
        case port = "f_port"
        case counter = "f_cnt"
        case payload = "frm_payload"
        case isConfirmed = "confirmed"
        case receivedAt = "received_at"
        case receptions = "rx_metadata"
        case settings
        case network = "network_ids"
    }
}

struct TheThingsStackDownlink: Decodable {
    var correlations: [String]?
    enum CodingKeys: String, CodingKey { case correlations = "correlation_ids" }
}

struct TheThingsStackFailure: Decodable {
    struct Reason: Decodable { var name: String? }
    var downlink: TheThingsStackDownlink?
    var error: Reason?
}
