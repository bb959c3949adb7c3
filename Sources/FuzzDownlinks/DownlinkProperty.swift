import Ciphers
import LoRaWAN
import Timekeeping

/// What must hold whatever the network sends: the process stops where it does not.
///
/// The first byte of an input chooses region, class and certification mode. Then follow steps: a byte that says what
/// happens, a length, and so many bytes.
enum DownlinkProperty {
    static func check(_ input: [UInt8]) {
        guard let choice = input.first, let key, var sealer = try? DownlinkSealer(key) else { return }
        let region = Region.all[Int(choice & 0x0F) % Region.all.count]
        guard var life = Life(region: region, choice: choice, key: key) else { fail("no device in \(region.name)") }
        if choice & 0x80 != 0 { return life.join(answeredBy: input.dropFirst(), sealer: sealer) }
        var rest = input.dropFirst()
        var steps = 0
        while let kind = rest.popFirst(), let length = rest.popFirst(), steps < 64 {
            let bytes = Array(rest.prefix(Int(length)))
            rest = rest.dropFirst(Int(length))
            steps += 1
            switch kind & 7 {
            case 0: life.exchange(reply: bytes)
            case 1, 2:
                // Contents of the fuzzer's choice under a good MIC.
                let control = bytes.first ?? 0
                life.exchange(
                    reply: sealer.seal(
                        header: kind & 8 == 0 ? 0x60 : 0xA0, control: control, body: Array(bytes.dropFirst())))
            case 3, 4:
                let commands = Array(bytes.prefix(15))
                life.exchange(
                    reply: sealer.seal(header: 0x60, control: UInt8(commands.count), body: commands))
            case 5: life.exchange(reply: sealer.seal(header: 0x60, control: 0, body: [0] + bytes))
            case 6: life.exchange(reply: sealer.seal(header: 0x60, control: 0, body: [224] + bytes))
            default: life.restore(bytes)
            }
        }
    }

    private static let key = try? AES128Key(hex: "0123456789ABCDEF0123456789ABCDEF")

    static func fail(_ message: String) -> Never { fatalError(message) }
}

/// A device that lives through an input, and what is checked of it after each step.
private struct Life {
    private var device: Device
    private let configuration: DeviceConfiguration
    private var now = MonotonicInstant(nanoseconds: 1_000_000_000)
    private var lastCounter: UInt32?

    init?(region: Region, choice: UInt8, key: AES128Key) {
        let given = Personalization(
            devAddr: DevAddr(rawValue: 0x0102_0304), keys: SessionKeys(network: key, application: key))
        var configuration = DeviceConfiguration(
            region: region, devEUI: DevEUI(rawValue: 1),
            activation: choice & 0x80 == 0
                ? .personalized(given) : .overTheAir(joinEUI: JoinEUI(rawValue: 2), appKey: key),
            randomSeed: UInt64(choice))
        configuration.deviceClass = choice & 0x10 == 0 ? .a : .c
        configuration.certificationMode = choice & 0x20 != 0
        configuration.adr = choice & 0x40 == 0
        self.configuration = configuration
        guard let device = try? Device(configuration: configuration, bootIdentifier: "fuzz", at: now) else {
            return nil
        }
        self.device = device
        perform(self.device.start(at: now))
    }

    /// Join-requests, answered by what the fuzzer says under a good MIC; then an uplink.
    mutating func join(answeredBy input: ArraySlice<UInt8>, sealer: DownlinkSealer) {
        var rest = input
        var turns = 0
        while !device.isJoined, !rest.isEmpty, turns < 20, let deadline = device.nextDeadline {
            turns += 1
            let fields = Array(rest.prefix(turns % 2 == 0 ? 12 : 28))
            rest = rest.dropFirst(fields.count)
            now = max(now, deadline)
            perform(device.tick(at: now), reply: sealer.seal(joinAccept: fields))
        }
        guard device.isJoined else { return }
        exchange(reply: Array(rest.prefix(255)))
    }

    /// An uplink, and the frame in its windows; a class C device hears it once more between two uplinks.
    mutating func exchange(reply: [UInt8]) {
        if device.deviceClass == .c { hear(reply) }
        if device.state.session == nil { return }
        if let actions = try? device.send(Uplink(port: 1, payload: [1]), at: now) { perform(actions, reply: reply) }
        settle(reply)
        check()
    }

    private mutating func hear(_ frame: [UInt8]) {
        perform(device.handle(.received(ReceivedFrame(payload: frame, at: now, rssi: -100, snrQuarters: -20))))
    }

    /// Lets time pass until nothing is under way.
    private mutating func settle(_ reply: [UInt8]) {
        var turns = 0
        while !device.isIdle, let deadline = device.nextDeadline {
            turns += 1
            if turns > 2_000 { DownlinkProperty.fail("never at rest") }
            now = max(now, deadline)
            perform(device.tick(at: now), reply: reply)
        }
        now = now + .seconds(1)
    }

    private mutating func perform(_ actions: [DeviceAction], reply: [UInt8] = []) {
        var queue = actions
        while !queue.isEmpty {
            switch queue.removeFirst() {
            case .transmit(let transmission):
                examine(transmission)
                now = now + .milliseconds(100)
                queue += device.handle(.transmitted(endedAt: now))
            case .receive(let window):
                now = max(now, window.opensAt + .milliseconds(200))
                let frame = ReceivedFrame(payload: reply, at: now, rssi: -100, snrQuarters: 40)
                queue += device.handle(reply.isEmpty ? .windowClosed(at: now) : .received(frame))
            case .persist(let state):
                let record = state.encoded()
                guard let again = try? DeviceState(decoding: record), again.encoded() == record else {
                    DownlinkProperty.fail("a record that is not read back")
                }
            default: break
            }
        }
    }

    private func examine(_ transmission: Transmission) {
        let region = configuration.region
        guard transmission.payload.count >= 12, transmission.payload.count <= 255,
            region.frequencies.contains(transmission.frequency),
            let band = region.subBand(of: transmission.frequency),
            transmission.power * 100 + configuration.countedGain <= region.subBands[band].maximumPower,
            transmission.power <= configuration.conductedPower.upperBound
        else { DownlinkProperty.fail("sent \(transmission)") }
    }

    private mutating func check() {
        guard let session = device.state.session else { DownlinkProperty.fail("the session is gone") }
        if let lastCounter, session.uplinkCounter.rawValue < lastCounter { DownlinkProperty.fail("FCntUp went back") }
        lastCounter = session.uplinkCounter.rawValue
        guard device.earliestTransmission(payloadCount: 0, at: now) != nil, device.maximumPayload >= 0,
            (1...15).contains(device.nbTrans)
        else { DownlinkProperty.fail("the network can silence it for ever") }
    }

    /// A stored record of the fuzzer's choice, or the device's own with bytes changed, under a good checksum.
    mutating func restore(_ bytes: [UInt8]) {
        _ = try? DeviceState(decoding: bytes)
        var record = device.state.encoded()
        for (index, byte) in bytes.enumerated() where record.count > 12 {
            record[5 + (index * 31 + Int(byte)) % (record.count - 9)] ^= byte
        }
        record.replaceSubrange((record.count - 4)..., with: checksum(record.dropLast(4)))
        guard let state = try? DeviceState(decoding: record) else { return }
        _ = try? Device(configuration: configuration, restoring: state, bootIdentifier: "fuzz", at: now)
        _ = try? Device(configuration: configuration, restoring: state, bootIdentifier: "other", at: now)
    }

    private func checksum(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var value = UInt32.max
        for byte in bytes {
            value ^= UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 0 ? value >> 1 : value >> 1 ^ 0xEDB8_8320 }
        }
        return (0..<4).map { UInt8(truncatingIfNeeded: ~value >> ($0 * 8)) }
    }
}
