import FoundationEssentials
import Timekeeping

/// The parts of ChirpStack's events that are looked at (api/proto/integration/integration.proto, as JSON).
struct ChirpStackMessage: Decodable {
    struct DeviceInfo: Decodable {
        var applicationId: String?
        var deviceName: String?
        var devEui: String?
    }

    struct Reception: Decodable {
        var gatewayId: String?
        var rssi: Double?
        var snr: Double?
    }

    struct Transmission: Decodable {
        struct Modulation: Decodable {
            struct LoRa: Decodable {
                var bandwidth: Int?
                var spreadingFactor: Int?
            }
            var lora: LoRa?
        }
        var modulation: Modulation?
    }

    /// Only whether it is there matters.
    struct Presence: Decodable { init(from decoder: any Decoder) {} }

    struct LogContext: Decodable {
        var queueItemId: String?

        enum CodingKeys: String, CodingKey { case queueItemId = "queue_item_id" }
    }

    var deviceInfo: DeviceInfo
    var deduplicationId: String?
    var time: String?
    var fCnt: UInt32?
    var fPort: Int?
    var confirmed: Bool?
    var data: String?
    var rxInfo: [Reception]?
    var txInfo: Transmission?
    /// The AppSKey is elsewhere, and the payload still ciphered.
    var joinServerContext: Presence?
    // Of txack, ack and log.
    var queueItemId: String?
    var acknowledged: Bool?
    var gatewayId: String?
    var level: String?
    var code: String?
    var description: String?
    var context: LogContext?

    func event(named name: String?) throws(ServerEventError) -> ServerEvent {
        switch name ?? kind {
        case "up": .uplink(try uplink())
        case "txack": .downlink(try downlink(.sent))
        case "ack": .downlink(try downlink(acknowledged == true ? .acknowledged : .notAcknowledged))
        case "log" where Self.lostDownlinks.contains(code ?? ""): .downlink(try downlink(.failed(code ?? "")))
        case let kind: .other(kind)
        }
    }

    /// The codes of a log that mean that a downlink is gone.
    private static let lostDownlinks: Set<String> = [
        "DOWNLINK_PAYLOAD_SIZE", "DOWNLINK_CODEC", "DOWNLINK_GATEWAY", "F_CNT_DOWN", "EXPIRED",
    ]

    /// Where nobody tells the event, its own keys do.
    private var kind: String {
        if level != nil || code != nil { return "log" }
        if acknowledged != nil { return "ack" }
        if queueItemId != nil || gatewayId != nil { return "txack" }
        return rxInfo != nil || data != nil || fPort != nil ? "up" : "other"
    }

    private func device() throws(ServerEventError) -> DeviceIdentifier {
        if let device = DeviceIdentifier(hex: deviceInfo.devEui ?? "") { return device }
        throw .wrong("deviceInfo.devEui", deviceInfo.devEui ?? "", wanted: "16 hexadecimal digits")
    }

    private func uplink() throws(ServerEventError) -> UplinkEvent {
        let device = try device()
        guard joinServerContext == nil else {
            throw .wrong(
                "data", "ciphered", wanted: "deciphered: let ChirpStack have the AppSKey (it names a joinServerContext)"
            )
        }
        let best = rxInfo?.max { ($0.rssi ?? -.infinity) < ($1.rssi ?? -.infinity) }
        let lora = txInfo?.modulation?.lora
        return UplinkEvent(
            device: device, identity: deduplicationId ?? "\(fCnt ?? 0) \(data ?? "") \(time ?? "")", port: fPort ?? 0,
            counter: fCnt ?? 0, payload: try Base64Part.bytes(data ?? "", part: "data"),
            receivedAt: try TimePart.instant(time, part: "time"), isConfirmed: confirmed ?? false,
            radio: UplinkEvent.Radio(
                gateway: best?.gatewayId, signal: best?.rssi, noiseRatio: best?.snr,
                spreadingFactor: lora?.spreadingFactor, bandwidth: lora?.bandwidth),
            address: DeviceAddress(
                server: .chirpStack, application: deviceInfo.applicationId ?? "", name: deviceInfo.deviceName ?? ""))
    }

    private func downlink(_ outcome: DownlinkEvent.Outcome) throws(ServerEventError) -> DownlinkEvent {
        DownlinkEvent(device: try device(), identifier: queueItemId ?? context?.queueItemId, outcome: outcome)
    }
}
