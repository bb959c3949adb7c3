import Foundation
import LoRaWAN
import ServerEvents
import Testing
import Timekeeping

@testable import BaseService
@testable import PrivateLink

/// What the base publishes is read as ChirpStack's by what reads ChirpStack.
@Suite struct BaseMessagesTests {
    private let messages = BaseMessages(
        application: "home", gateway: "base", region: .eu868,
        frequency: 869_525_000, name: { _ in "cel\"lar" })
    private let device = DevEUI(rawValue: 0x70B3_D57E_D000_0001)
    private let time = UTCInstant(secondsSince1970: 1_795_000_000)
    private let at = MonotonicInstant(nanoseconds: 5)

    private func event(_ action: BaseAction) throws -> (topic: String, event: ServerEvent) {
        let message = try #require(messages.message(of: action) { _ in time })
        let name = try #require(message.topic.split(separator: "/").last)
        return (message.topic, try ServerEvent(json: Array(message.payload.utf8), event: String(name)))
    }

    @Test func `downlinks' fates are told with the sender's identifier`() throws {
        let downlink = QueuedDownlink(identifier: "a-b", port: 3, payload: [1])
        let identifier = DeviceIdentifier(rawValue: device.rawValue)
        for (action, topic, outcome) in [
            (
                BaseAction.sent(downlink, device, counter: FrameCounter(rawValue: 4), at: at), "txack",
                DownlinkEvent.Outcome.sent
            ),
            (.acknowledged(downlink, device, counter: FrameCounter(rawValue: 4), true), "ack", .acknowledged),
            (.acknowledged(downlink, device, counter: FrameCounter(rawValue: 4), false), "ack", .notAcknowledged),
            (.dropped(downlink, device), "log", .failed("DOWNLINK_PAYLOAD_SIZE")),
        ] {
            let (where_, seen) = try event(action)
            #expect(where_ == "application/home/device/70b3d57ed0000001/event/\(topic)")
            #expect(seen == .downlink(DownlinkEvent(device: identifier, identifier: "a-b", outcome: outcome)))
        }
    }

    @Test func `an uplink has what ChirpStack tells of one, and the same identity each time`() throws {
        func uplink(_ counter: UInt32) -> BaseAction {
            .deliver(
                BaseUplink(
                    devEUI: device, devAddr: DevAddr(rawValue: 0x00AB_CDEF), counter: FrameCounter(rawValue: counter),
                    confirmed: true, adr: true, port: 2, payload: [1, 2, 3], dataRate: DataRate(5), at: at, rssi: -101,
                    snrQuarters: -14))
        }
        let (topic, seen) = try event(uplink(70_000))
        #expect(topic == "application/home/device/70b3d57ed0000001/event/up")
        guard case .uplink(let uplink_) = seen else { return #expect(Bool(false)) }
        #expect(uplink_.counter == 70_000 && uplink_.payload == [1, 2, 3] && uplink_.receivedAt == time)
        #expect(UUID(uuidString: uplink_.identity) != nil)
        let text = try #require(messages.message(of: uplink(70_000)) { _ in time }).payload
        let json = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(json["devAddr"] as? String == "00abcdef" && json["dr"] as? Int == 5 && json["adr"] as? Bool == true)
        #expect((json["txInfo"] as? [String: Any])?["frequency"] as? Int == 869_525_000)
        #expect(json["time"] as? String == "2026-11-18T11:06:40.000000+00:00")
        var identities: Set<String> = []
        for counter: UInt32 in [0, 1, 0xFFFF, 0x1_0000, .max] {
            guard case .uplink(let other) = try event(uplink(counter)).event else { continue }
            identities.insert(other.identity)
        }
        #expect(identities.count == 5)
    }

    @Test func `a join has its address`() throws {
        let message = try #require(
            messages.message(of: .joined(device, DevAddr(rawValue: 0x00AB_CDEF), at: at)) { _ in time })
        #expect(message.topic.hasSuffix("/event/join") && message.payload.contains("\"devAddr\":\"00abcdef\""))
        #expect(message.payload.contains("cel\\\"lar"))
    }

    @Test func `a command is taken as ChirpStack takes it`() throws {
        let order = DownlinkOrder(
            device: DeviceIdentifier(rawValue: device.rawValue),
            address: DeviceAddress(server: .chirpStack, application: "home", name: "cellar"), port: 12,
            payload: [1, 2, 255], identifier: "id-1")
        let command = try ChirpStackCommand(json: Array(order.json.utf8))
        #expect(command.device == order.device && command.port == 12 && command.payload == [1, 2, 255])
        #expect(command.identifier == "id-1" && !command.isConfirmed)
        #expect(order.topic() == "application/home/device/70b3d57ed0000001/command/down")
    }

    @Test(arguments: [
        "", "{}", "[]", "{\"devEui\":\"x\",\"fPort\":1}", "{\"devEui\":\"70b3d57ed0000001\",\"fPort\":0}",
        "{\"devEui\":\"70b3d57ed0000001\",\"fPort\":700}",
        "{\"devEui\":\"70b3d57ed0000001\",\"fPort\":1,\"data\":\"%\"}",
    ])
    func `garbage is a typed error`(text: String) {
        #expect(throws: ServerEventError.self) { try ChirpStackCommand(json: Array(text.utf8)) }
    }
}
