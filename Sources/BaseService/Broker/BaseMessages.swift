import LoRaWAN
import PrivateLink
import ServerEvents
import Timekeeping

/// What happens at the base, in ChirpStack's words.
struct BaseMessages: Sendable {
    let application: String
    /// What stands where ChirpStack names the gateway.
    let gateway: String
    let region: Region
    let name: @Sendable (DevEUI) -> String

    /// - Parameter utc: of an instant; nil while nobody knows the date.
    func message(of action: BaseAction, utc: (MonotonicInstant) -> UTCInstant?) -> BaseMailbox.Message? {
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

    func lost(_ downlink: QueuedDownlink, _ device: DevEUI, code: String, reason: String) -> BaseMailbox.Message {
        let device = chirpStack(device)
        let text = device.lost(downlink.identifier, code: code, reason: reason, at: nil)
        return .init(topic: device.topic("log"), payload: text)
    }

    private func chirpStack(_ device: DevEUI) -> ChirpStackDevice {
        ChirpStackDevice(
            device: DeviceIdentifier(rawValue: device.rawValue), application: application, name: name(device))
    }

    private func message(of uplink: BaseUplink, time: UTCInstant?) -> BaseMailbox.Message {
        let modulation = region.modulation(of: uplink.dataRate)
        let event = UplinkEvent(
            device: DeviceIdentifier(rawValue: uplink.devEUI.rawValue),
            // A session and its counters are used once.
            identity: "\(uplink.devAddr)-\(uplink.counter)-\(uplink.devEUI)", port: Int(uplink.port ?? 0),
            // On port 0 are commands of the MAC, which are nobody's beyond the base.
            counter: uplink.counter.rawValue, payload: uplink.port == 0 ? [] : uplink.payload, receivedAt: time,
            isConfirmed: uplink.confirmed,
            radio: UplinkEvent.Radio(
                gateway: gateway, signal: Double(uplink.rssi), noiseRatio: Double(uplink.snrQuarters) / 4,
                spreadingFactor: modulation?.spreadingFactor, bandwidth: modulation?.bandwidth?.hertz),
            address: DeviceAddress(server: .chirpStack, application: application, name: name(uplink.devEUI)))
        return .init(topic: event.topic, payload: event.json)
    }
}
