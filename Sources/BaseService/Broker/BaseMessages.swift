import LoRaWAN
import PrivateLink
import ServerEvents
import Timekeeping

/// What happens at the base, in ChirpStack's words.
struct BaseMessages: Sendable {
    /// For the broker.
    struct Message: Hashable, Sendable {
        let topic: String
        let payload: String
    }

    let application: String
    /// What stands where ChirpStack names the gateway.
    let gateway: String
    let region: Region
    /// Hz.
    let frequency: Int
    let name: @Sendable (DevEUI) -> String

    /// - Parameter utc: of an instant; nil while nobody knows the date.
    func message(of action: BaseAction, utc: (MonotonicInstant) -> UTCInstant?) -> Message? {
        switch action {
        case .deliver(let uplink): return message(of: uplink, time: utc(uplink.at))
        case .joined(let device, let address, let at):
            let device = chirpStack(device)
            return .init(topic: device.topic("join"), payload: device.joined(address: address.rawValue, at: utc(at)))
        case .sent(let downlink, let device, let counter, let at):
            let device = chirpStack(device)
            let text = device.sent(downlink.identifier, gateway: gateway, counter: counter.rawValue, at: utc(at))
            return .init(topic: device.topic("txack"), payload: text)
        case .acknowledged(let downlink, let device, let counter, let isHeard):
            let device = chirpStack(device)
            let text = device.acknowledged(downlink.identifier, isHeard, counter: counter.rawValue, at: nil)
            return .init(topic: device.topic("ack"), payload: text)
        case .dropped(let downlink, let device):
            let reason = "\(downlink.payload.count) bytes fit no frame at the data rate in force"
            return lost(downlink, device, code: "DOWNLINK_PAYLOAD_SIZE", reason: reason)
        case .expired(let downlink, let device):
            return lost(downlink, device, code: "EXPIRED", reason: "its time is over")
        case .persist, .transmit, .listen, .moved, .refused: return nil
        }
    }

    func lost(_ downlink: QueuedDownlink, _ device: DevEUI, code: String, reason: String) -> Message {
        let device = chirpStack(device)
        let text = device.lost(downlink.identifier, code: code, reason: reason, at: nil)
        return .init(topic: device.topic("log"), payload: text)
    }

    private func chirpStack(_ device: DevEUI) -> ChirpStackDevice {
        ChirpStackDevice(
            device: DeviceIdentifier(rawValue: device.rawValue), application: application, name: name(device))
    }

    private func message(of uplink: BaseUplink, time: UTCInstant?) -> Message {
        let modulation = region.modulation(of: uplink.dataRate)
        let event = UplinkEvent(
            device: DeviceIdentifier(rawValue: uplink.devEUI.rawValue),
            identity: Self.identity(of: uplink), port: Int(uplink.port ?? 0),
            // On port 0 are commands of the MAC, which are nobody's beyond the base.
            counter: uplink.counter.rawValue, payload: uplink.port == 0 ? [] : uplink.payload, receivedAt: time,
            isConfirmed: uplink.confirmed,
            radio: UplinkEvent.Radio(
                gateway: gateway, signal: Double(uplink.rssi), noiseRatio: Double(uplink.snrQuarters) / 4,
                spreadingFactor: modulation?.spreadingFactor, bandwidth: modulation?.bandwidth?.hertz),
            address: DeviceAddress(server: .chirpStack, application: application, name: name(uplink.devEUI)))
        let details = ChirpStackUplinkDetails(
            devAddr: uplink.devAddr.rawValue, dataRate: Int(uplink.dataRate.index), isAdaptive: uplink.adr,
            frequency: frequency)
        return .init(topic: event.topic, payload: event.chirpStackJSON(details))
    }

    /// ChirpStack's is a UUID. A session and its counters are used once: DevAddr, FCntUp and DevEUI make 32 digits.
    private static func identity(of uplink: BaseUplink) -> String {
        func digits(_ number: UInt64, _ count: Int) -> String {
            let text = String(number, radix: 16)
            return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
        }
        let text = Array(
            (digits(UInt64(uplink.devAddr.rawValue), 8) + digits(UInt64(uplink.counter.rawValue), 8)
                + digits(uplink.devEUI.rawValue, 16)).utf8)
        let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(decoding: text[$0], as: UTF8.self) }
        return parts.joined(separator: "-")
    }
}
