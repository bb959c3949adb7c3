import Ciphers
import HardwareSimulators
import Testing
import Timekeeping

/// The server against frames of the published vectors, and against a device made by hand of the ciphers alone.
@Suite struct NetworkServerTests {
    private let world = SimulatedWorld(startingAt: UTCInstant(secondsSince1970: 1_795_000_000))
    private let devEUI: UInt64 = 0x0203_0405_0203_0405

    private func key(_ hex: String) throws -> AES128Key { try AES128Key(hex: hex) }
    private func repeated(_ byte: UInt8) throws -> AES128Key { try AES128Key([UInt8](repeating: byte, count: 16)) }

    private func heard(_ hex: String, sf: Int = 7, frequency: Int = 868_100_000, snr: Int = 40) throws -> HeardUplink {
        HeardUplink(
            payload: try #require([UInt8](hex: hex)), frequency: frequency, spreadingFactor: sf, bandwidth: 125_000,
            rssi: -90, snrQuarters: snr, at: world.now)
    }

    private func server(
        network: UInt8 = 2, application: UInt8 = 1, last: UInt32? = nil, down: UInt32 = 0,
        settings: NetworkServer.Settings = .init()
    ) throws -> NetworkServer {
        let server = NetworkServer(clock: world.clock, settings: settings)
        try server.activate(
            devEUI: devEUI, devAddr: 0x0102_0304, networkKey: repeated(network), applicationKey: repeated(application),
            lastUplink: last, nextDownlink: down)
        return server
    }

    // MARK: Data

    @Test func `uplinks of the vectors are verified and decrypted`() throws {
        let hello = try server()
        #expect(hello.receive(try heard("400403020180010001a694642615d6c3b582")) == nil)
        let uplink = try #require(hello.uplinks.first)
        #expect(uplink.payload == Array("hello".utf8) && uplink.port == 1 && uplink.counter == 1 && uplink.hasADR)
        #expect(uplink.dataRate == 5 && !uplink.isConfirmed)

        let options = try server(network: 1)
        _ = options.receive(try heard("4004030201030000020305016a3798f5b64dc039"))
        #expect(options.uplinks.first?.commands == [2, 3, 5] && options.uplinks.first?.payload == [1, 2, 3, 4])

        let port0 = try server(network: 1)
        _ = port0.receive(try heard("40040302010000000069369eee6aa508"))
        #expect(port0.uplinks.first?.commands == [2, 3, 5] && port0.uplinks.first?.port == 0)

        let bare = try server(network: 1)
        _ = bare.receive(try heard("4004030201030000020305d7fa0c6c"))
        #expect(bare.uplinks.first?.port == nil && bare.uplinks.first?.payload == [])
    }

    @Test func `long payloads are decrypted block by block`() throws {
        let server = NetworkServer(clock: world.clock)
        try server.activate(
            devEUI: 1, devAddr: 0x49BE_7DF1, networkKey: key("44024241ed4ce9a68c6a8bc055233fd3"),
            applicationKey: key("ec925802ae430ca77fd3dd73cb2cc588"))
        for frame in [
            "40f17dbe4900020001954378762b11ff0d", "40f17dbe49000300012a3518af",
            "40f17dbe490004000155332de41a11adc072553544429ce7787707d1c316e027e7e5e334263376affb8aa17ad30075293f28dea8a"
                + "20af3c5e7",
        ] { _ = server.receive(try heard(frame)) }
        let texts = server.uplinks.map { String(decoding: $0.payload, as: UTF8.self) }
        #expect(texts == ["test", "", "The quick brown fox jumps over the lazy dog."])
    }

    @Test func `a confirmed downlink equals the vector, with a counter beyond 16 bits`() throws {
        let server = try server(down: 76543, settings: .init(controlsDataRate: true))
        server.enqueue(.init(port: 42, payload: Array("hello lora".utf8), isConfirmed: true), for: devEUI)
        let down = try #require(server.receive(try heard("400403020180010001a694642615d6c3b582")))
        #expect(down.payload.hex == "a00403020180ff2a2a0af1a36a05d0125f885d881d49e1")
        #expect(down.delay == .seconds(1) && down.frequency == 868_100_000 && down.spreadingFactor == 7)
        #expect(server.queue(of: devEUI).isEmpty)
    }

    @Test func `a confirmed uplink is acknowledged, each of its repetitions too, and delivered once`() throws {
        let server = NetworkServer(clock: world.clock)
        try server.activate(
            devEUI: devEUI, devAddr: 0x0102_0304, networkKey: key("0102030405060708090a0b0c0d0e0f10"),
            applicationKey: key("100f0e0d0c0b0a090807060504030201"))
        let frame = "80040302010300000673070ae264d4f7e117d2c0"
        for attempt in 0..<3 {
            let down = try #require(server.receive(try heard(frame)))
            #expect(down.payload[0] == 0x60 && down.payload[5] == 0x20 && down.payload[6] == UInt8(attempt))
        }
        #expect(server.uplinks.map(\.payload) == [[1, 2, 3, 4]])
        #expect(server.rejected.map(\.reason) == [.repetition(counter: 0), .repetition(counter: 0)])
    }

    @Test func `one wrong bit anywhere is refused`() throws {
        let frame = try #require([UInt8](hex: "400403020180010001a694642615d6c3b582"))
        for index in frame.indices {
            let server = try server()
            var broken = try heard("00")
            broken.payload = frame
            broken.payload[index] ^= 0x01
            #expect(server.receive(broken) == nil)
            #expect(server.uplinks.isEmpty, "byte \(index)")
            #expect(server.rejected.count == 1)
        }
        for length in 0..<frame.count {
            let server = try server()
            var short = try heard("00")
            short.payload = Array(frame.prefix(length))
            #expect(server.receive(short) == nil && server.uplinks.isEmpty, "\(length) bytes")
        }
    }

    @Test func `a frame of another device is refused`() throws {
        let server = try server(network: 9)
        _ = server.receive(try heard("400403020180010001a694642615d6c3b582"))
        #expect(server.rejected.map(\.reason) == [.wrongCode])
        _ = server.receive(try heard("40f17dbe4900020001954378762b11ff0d"))
        #expect(server.rejected.last?.reason == .unknownDevice)
    }

    @Test func `an older counter is refused as a replay`() throws {
        let server = try server(last: 5)
        #expect(server.receive(try heard("400403020180010001a694642615d6c3b582")) == nil)
        #expect(server.rejected.map(\.reason) == [.oldCounter(1)])
        #expect(server.uplinks.isEmpty)
    }

    @Test func `counters go on through the end of their 16 bits on air`() throws {
        let device = try HandMadeDevice(network: repeated(2), application: repeated(1))
        let server = try server(last: 0xFFFE)
        for counter: UInt32 in [0xFFFF, 0x1_0000, 0x1_0001] {
            var uplink = try heard("00")
            uplink.payload = device.uplink(counter: counter, port: 2, payload: [7])
            _ = server.receive(uplink)
        }
        #expect(server.uplinks.map(\.counter) == [0xFFFF, 0x1_0000, 0x1_0001])
    }

    // MARK: Downlinks

    @Test func `windows follow RX1 and RX2 settings`() throws {
        let server = try server(settings: .init(receiveDelay: 5, receive1Offset: 2, receive2DataRate: 3))
        let device = try HandMadeDevice(network: repeated(2), application: repeated(1))
        var uplink = try heard("00", sf: 8, frequency: 867_500_000)
        uplink.payload = device.uplink(counter: 0, port: 1, payload: [1], confirmed: true)
        let first = try #require(server.receive(uplink))
        #expect(first.delay == .seconds(5) && first.frequency == 867_500_000 && first.spreadingFactor == 10)
        server.setWindow(.receive2, for: devEUI)
        let second = try #require(server.receive(uplink))
        #expect(second.delay == .seconds(6) && second.frequency == 869_525_000 && second.spreadingFactor == 9)
    }

    @Test func `commands go in FOpts, or on port 0 when asked or too long; payloads wait and FPending says so`() throws
    {
        let server = try server()
        let device = try HandMadeDevice(network: repeated(2), application: repeated(1))
        server.enqueue(commands: [0x06], for: devEUI)
        server.enqueue(.init(port: 5, payload: [1, 2]), for: devEUI)
        server.enqueue(.init(port: 6, payload: [3]), for: devEUI)
        func answer(_ counter: UInt32) throws -> HandMadeDevice.Downlink? {
            var uplink = try heard("00")
            uplink.payload = device.uplink(counter: counter, port: 1, payload: [0])
            return try server.receive(uplink).map { try device.open($0.payload, counter: counter) }
        }
        let first = try #require(try answer(0))
        #expect(first.options == [0x06] && first.port == 5 && first.payload == [1, 2] && first.control == 0x11)
        let second = try #require(try answer(1))
        #expect(second.options == [] && second.port == 6 && second.payload == [3] && second.control == 0x00)
        server.enqueue(commands: [0x06], onPort0: true, for: devEUI)
        let third = try #require(try answer(2))
        #expect(third.options == [] && third.port == 0 && third.payload == [0x06])
        server.enqueue(commands: [UInt8](repeating: 0x06, count: 16), for: devEUI)
        #expect(try #require(try answer(3)).payload.count == 16)
        #expect(try answer(4) == nil, "nothing to say")
    }

    @Test func `requests for link check and time are answered`() throws {
        let server = try server()
        let device = try HandMadeDevice(network: repeated(2), application: repeated(1))
        world.run(until: world.now + .milliseconds(500))
        var uplink = try heard("00", snr: 10)
        uplink.payload = device.uplink(counter: 0, port: 0, payload: [0x02, 0x0D])
        let down = try device.open(try #require(server.receive(uplink)).payload, counter: 0)
        // 10 quarters over -30 are 10 dB; 1 795 000 000 - 315 964 800 + 18, and half a second.
        let seconds = UInt32(1_795_000_000 - 315_964_800 + 18)
        let time = (0..<4).map { UInt8(truncatingIfNeeded: seconds >> ($0 * 8)) }
        #expect(down.options == [0x02, 10, 1, 0x0D] + time + [128])
    }

    @Test func `a request for an ADR acknowledgement is answered with an empty frame`() throws {
        let server = try server()
        let device = try HandMadeDevice(network: repeated(2), application: repeated(1))
        var uplink = try heard("00")
        uplink.payload = device.uplink(counter: 0, port: 1, payload: [0], control: 0xC0)
        let down = try device.open(try #require(server.receive(uplink)).payload, counter: 0)
        #expect(down.port == nil && down.options == [])
    }

    @Test func `ADR raises a strong device's data rate, then lowers its power, and leaves a weak one alone`() throws {
        // 10 dB over -20 less 10 dB in hand: 20 dB, six steps: DR0 to DR5 and one of power.
        for (snr, expected): (Int, [UInt8]) in [(40, [0x03, 0x51, 0xFF, 0x00, 0x01]), (-80, [])] {
            let server = try server(settings: .init(controlsDataRate: true))
            let device = try HandMadeDevice(network: repeated(2), application: repeated(1))
            var commands: [UInt8] = []
            for counter in 0..<5 {
                var uplink = try heard("00", sf: 12, snr: snr)
                uplink.payload = device.uplink(counter: UInt32(counter), port: 1, payload: [0], control: 0x80)
                if let down = server.receive(uplink) { commands = try device.open(down.payload, counter: 0).options }
            }
            #expect(commands == expected)
        }
    }

    // MARK: Joining

    @Test func `a join-request of the vectors is answered once, with keys that both sides derive alike`() throws {
        let server = NetworkServer(
            clock: world.clock,
            settings: .init(netID: 0x13, receiveDelay: 5, receive1Offset: 1, receive2DataRate: 3))
        try server.register(devEUI: devEUI, joinEUI: 0x0102_0304_0102_0304, appKey: repeated(1))
        let request = "00040302010403020105040302050403022d106a990e12"
        let down = try #require(server.receive(try heard(request, sf: 10)))
        #expect(down.delay == .seconds(5) && down.spreadingFactor == 10 && down.payload.count == 33)
        let accept = try HandMadeDevice.openJoinAccept(down.payload, key: repeated(1))
        #expect(accept[3..<6] == [0x13, 0, 0])
        #expect(accept[10] == 0x13 && accept[11] == 5)
        #expect(Array(accept[12..<28]).hex == "184f84e85684b85e84886684586e8400")
        let addr = accept[6..<10].reversed().reduce(0) { $0 << 8 | UInt32($1) }
        #expect(server.joins.map(\.devAddr) == [addr] && addr >> 25 == 0x13)

        #expect(server.receive(try heard(request)) == nil)
        #expect(server.rejected.map(\.reason) == [.nonceUsedBefore(0x102D)])

        var device = try HandMadeDevice.joined(accept, nonce: 0x102D, key: repeated(1))
        device.devAddr = addr
        var uplink = try heard("00", sf: 10)
        uplink.payload = device.uplink(counter: 0, port: 3, payload: [1, 2, 3], confirmed: true)
        let answer = try #require(server.receive(uplink))
        #expect(server.uplinks.first?.payload == [1, 2, 3])
        #expect(answer.delay == .seconds(5) && answer.spreadingFactor == 11, "RX1 offset 1")
    }

    @Test func `keys are derived as in the vectors`() throws {
        let device = try HandMadeDevice.sessionKeys(
            key("01020304050607080102030405060708"), joinNonce: 65536, netID: 0x010203, devNonce: 258)
        #expect(device.network.bytes.hex == "df53c35f3034ccced0ff354c70de04df")
        #expect(device.application.bytes.hex == "927b9c911183cffe4cb2ff4b75545f6d")
    }

    @Test func `a join-accept opens as in the vectors`() throws {
        let frame = try #require([UInt8](hex: "20493eeb51fba2116f810edb3742975142"))
        let plain = try HandMadeDevice.openJoinAccept(frame, key: key("00112233445566778899aabbccddeeff"))
        #expect(plain.hex == "c70b57011122801903020000")
    }

    @Test func `a wrong key, a strange device and a strange JoinEUI do not join`() throws {
        let request = "00040302010403020105040302050403022d106a990e12"
        let cases: [(UInt64, UInt64, UInt8, RejectedFrame.Reason)] = [
            (devEUI, 0x0102_0304_0102_0304, 2, .wrongCode), (devEUI, 1, 1, .unknownDevice),
            (1, 0x0102_0304_0102_0304, 1, .unknownDevice),
        ]
        for (eui, joinEUI, byte, reason) in cases {
            let server = NetworkServer(clock: world.clock)
            try server.register(devEUI: eui, joinEUI: joinEUI, appKey: repeated(byte))
            #expect(server.receive(try heard(request)) == nil)
            #expect(server.rejected.map(\.reason) == [reason])
        }
    }

    @Test func `a device that missed the join-accept is still heard in its old session`() throws {
        let server = try server()
        try server.register(devEUI: devEUI, joinEUI: 0x0102_0304_0102_0304, appKey: repeated(1))
        try server.activate(
            devEUI: devEUI, devAddr: 0x0102_0304, networkKey: repeated(2), applicationKey: repeated(1))
        _ = server.receive(try heard("00040302010403020105040302050403022d106a990e12"))
        _ = server.receive(try heard("400403020180010001a694642615d6c3b582"))
        #expect(server.joins.count == 1 && server.uplinks.count == 1)
    }
}
