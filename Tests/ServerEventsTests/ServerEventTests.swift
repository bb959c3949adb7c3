import ServerEvents
import Testing
import Timekeeping

@Suite struct ServerEventTests {
    private static let chirpStack = """
        {"deduplicationId":"3ac7e3c4-4401-4b8d-9386-a5c902f9202d","time":"2026-11-27T13:45:11.775023242+00:00",
         "deviceInfo":{"tenantId":"52f1","tenantName":"Home","applicationId":"17c8","applicationName":"Meters",
          "deviceProfileName":"p1lora","deviceName":"cellar","devEui":"70b3d57ed0012345","tags":{"site":"A"}},
         "devAddr":"00189440","adr":true,"dr":5,"fCnt":1024,"fPort":2,"confirmed":true,"data":"AQIDBA==",
         "object":{"report":"intervals"},
         "rxInfo":[{"gatewayId":"aa","rssi":-120,"snr":-3.5},{"gatewayId":"0016c001f153a14c","rssi":-97,"snr":7.5}],
         "txInfo":{"frequency":867100000,"modulation":{"lora":{"bandwidth":125000,"spreadingFactor":7}}}}
        """
    private static let theThingsStack = """
        {"end_device_ids":{"device_id":"cellar","application_ids":{"application_id":"meters"},
          "dev_eui":"70B3D57ED0012345","join_eui":"0000000000000000","dev_addr":"260B1234"},
         "correlation_ids":["gs:uplink:01H"],"received_at":"2026-11-27T13:45:12.014773143Z",
         "uplink_message":{"session_key_id":"AXA50","f_port":2,"f_cnt":1024,"frm_payload":"AQIDBA==",
          "rx_metadata":[{"gateway_ids":{"gateway_id":"gw1"},"time":"2001-01-01T00:00:00Z","rssi":-97,"snr":7.5}],
          "settings":{"data_rate":{"lora":{"bandwidth":125000,"spreading_factor":7}},"frequency":"867100000"},
          "received_at":"2026-11-27T13:45:11.809Z","consumed_airtime":"0.056576s",
          "network_ids":{"net_id":"000013","tenant_id":"ttn"}}}
        """

    private func uplink(_ text: String) throws -> UplinkEvent {
        guard case .uplink(let uplink) = try ServerEvent(json: Array(text.utf8)) else {
            throw ServerEventError.unknownMessage
        }
        return uplink
    }

    @Test func `both servers tell of the same uplink`() throws {
        for text in [Self.chirpStack, Self.theThingsStack, "{\"result\":\(Self.theThingsStack)}"] {
            let uplink = try uplink(text)
            #expect(uplink.device == DeviceIdentifier(rawValue: 0x70B3_D57E_D001_2345))
            #expect(uplink.port == 2 && uplink.counter == 1_024 && uplink.payload == [1, 2, 3, 4])
            #expect(uplink.receivedAt?.secondsSince1970 == 1_795_787_111)
            #expect(uplink.radio.signal == -97 && uplink.radio.spreadingFactor == 7)
            #expect(uplink.address.name == "cellar")
        }
        #expect(try uplink(Self.chirpStack).radio.gateway == "0016c001f153a14c")
        #expect(try uplink(Self.chirpStack).isConfirmed)
        #expect(try uplink(Self.theThingsStack).address.application == "meters@ttn")
    }

    @Test func `what The Things Stack leaves out is zero or empty`() throws {
        let text = """
            {"end_device_ids":{"device_id":"d","dev_eui":"70B3D57ED0012345"},"uplink_message":{"session_key_id":"s"}}
            """
        let uplink = try uplink(text)
        #expect(uplink.counter == 0 && uplink.port == 0 && uplink.payload == [] && uplink.receivedAt == nil)
    }

    @Test func `other events are told apart from uplinks`() throws {
        let info = #""deviceInfo":{"devEui":"70b3d57ed0012345"}"#
        let device = DeviceIdentifier(rawValue: 0x70B3_D57E_D001_2345)
        func event(_ members: String, _ name: String? = nil) throws -> ServerEvent {
            try ServerEvent(json: Array("{\(info),\(members)}".utf8), event: name)
        }
        let failed = DownlinkEvent(device: device, identifier: "u", outcome: .failed("EXPIRED"))
        #expect(
            try event(#""level":"ERROR","code":"EXPIRED","context":{"queue_item_id":"u"}"#) == .downlink(failed))
        #expect(
            try event(#""queueItemId":"u","acknowledged":true"#)
                == .downlink(DownlinkEvent(device: device, identifier: "u", outcome: .acknowledged)))
        #expect(
            try event(#""queueItemId":"u","gatewayId":"g""#)
                == .downlink(DownlinkEvent(device: device, identifier: "u", outcome: .sent)))
        #expect(try event(#""devAddr":"00189440""#, "join") == .other("join"))
        #expect(try event(#""level":"ERROR","code":"UPLINK_CODEC""#) == .other("log"))
        let stack = """
            {"end_device_ids":{"dev_eui":"70B3D57ED0012345"},"downlink_failed":{"downlink":{"correlation_ids":
            ["as:1","p1lora:u"]},"error":{"name":"application_downlink_too_long"}}}
            """
        let reason = DownlinkEvent.Outcome.failed("application_downlink_too_long")
        #expect(
            try ServerEvent(json: Array(stack.utf8))
                == .downlink(DownlinkEvent(device: device, identifier: "u", outcome: reason)))
    }

    @Test func `what is no message of a server is refused in words`() {
        let bad = [
            ("", "parsed"), ("[1]", "type"), ("{}", "neither"), ("null", "type"),
            (#"{"deviceInfo":{"devEui":"70b3"},"fPort":2,"data":""}"#, "16 hexadecimal digits"),
            (#"{"deviceInfo":{"devEui":"+0b3d57ed0012345"},"fPort":2}"#, "16 hexadecimal digits"),
            (#"{"deviceInfo":{"devEui":"70b3d57ed0012345"},"fPort":2,"data":"%%"}"#, "base64"),
            (#"{"deviceInfo":{"devEui":"70b3d57ed0012345"},"fPort":"two"}"#, "fPort"),
            (#"{"deviceInfo":{"devEui":"70b3d57ed0012345"},"fPort":2,"time":"yesterday"}"#, "time"),
            (#"{"deviceInfo":{"devEui":"70b3d57ed0012345"},"fPort":2,"joinServerContext":{}}"#, "AppSKey"),
            (String(repeating: "[", count: 100_000), ""),
        ]
        for (text, word) in bad {
            #expect(throws: ServerEventError.self, "\(text.prefix(60))") {
                try ServerEvent(json: Array(text.utf8))
            }
            do { _ = try ServerEvent(json: Array(text.utf8)) } catch {
                #expect(error.description.contains(word), "\(error)")
            }
        }
    }

    @Test func `a message of ten megabytes is refused unread`() {
        let bytes = [UInt8](repeating: 0x20, count: 10_000_000)
        #expect(throws: ServerEventError.tooLong(bytes: 10_000_000, most: 1_048_576)) { try ServerEvent(json: bytes) }
    }

    @Test(arguments: ServerKind.allCases) func `an uplink written as its server's message reads the same`(
        _ kind: ServerKind
    ) throws {
        let written = UplinkEvent(
            device: DeviceIdentifier(rawValue: 0x00B3_D57E_D001_2345),
            identity: kind == .chirpStack ? "id" : "s 0 AQ==",
            port: 2, counter: 0, payload: [1], receivedAt: UTCInstant(secondsSince1970: 1_795_787_111),
            isConfirmed: true,
            radio: .init(gateway: "g\"w", signal: -97, noiseRatio: 7.5, spreadingFactor: 9, bandwidth: 125_000),
            address: DeviceAddress(
                server: kind, application: kind == .chirpStack ? "17c8" : "meters@ttn", name: "o'c\\ell\nar"))
        #expect(try uplink(written.json) == written)
    }

    @Test func `a downlink goes where its device's uplinks come from`() throws {
        let device = DeviceIdentifier(rawValue: 0x70B3_D57E_D001_2345)
        var order = DownlinkOrder(
            device: device, address: DeviceAddress(server: .chirpStack, application: "17c8", name: "cellar"), port: 10,
            payload: [16, 13], identifier: "u", expiresAt: UTCInstant(secondsSince1970: 1_795_787_111))
        #expect(order.topic() == "application/17c8/device/70b3d57ed0012345/command/down")
        #expect(order.topic(uplinkTopic: "eu/a/17c8/d/70b3/event/up") == "eu/a/17c8/d/70b3/command/down")
        #expect(
            order.json == #"{"id":"u","devEui":"70b3d57ed0012345","confirmed":false,"fPort":10,"data":"EA0=","#
                + #""expiresAt":"2026-11-27T13:45:11Z"}"#)
        order.address = DeviceAddress(server: .theThingsStack, application: "meters@ttn", name: "cellar")
        #expect(order.topic() == "v3/meters@ttn/devices/cellar/down/push")
        #expect(
            order.json == #"{"downlinks":[{"f_port":10,"frm_payload":"EA0=","priority":"NORMAL","#
                + #""correlation_ids":["p1lora:u"]}]}"#)
    }

    @Test(arguments: [
        ("2026-11-27T13:45:11Z", 1_795_787_111), ("2026-11-27T14:45:11+01:00", 1_795_787_111),
        ("2026-11-27t13:45:11.9z", 1_795_787_111), ("2026-11-27 08:15:11-05:30", 1_795_787_111),
        ("2026-11-27T13:45:60Z", 1_795_787_159),
    ]) func `times of any offset are read`(_ text: String, _ seconds: Int64) {
        #expect(UTCInstant(rfc3339: text)?.secondsSince1970 == seconds)
    }

    @Test(arguments: [
        "", "2026-11-27", "2026-11-27T13:45Z", "2026-13-27T13:45:11Z", "2026-11-27T13:45:11", "2026-11-27T25:45:11Z",
        "2026-11-27T13:45:11.Z", "2026-11-27T13:45:11+1:00", "9999-11-27T13:45:11Z", "２026-11-27T13:45:11Z",
    ]) func `what is no time is none`(_ text: String) {
        #expect(UTCInstant(rfc3339: text) == nil)
    }
}
