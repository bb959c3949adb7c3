import Ciphers
import HardwareSimulators
import LoRaWAN
import Testing
import Timekeeping

@testable import RadioDrivers

/// Receiving, FSK and other boards against the recorded sequences, byte for byte; the first of each set of arguments is the
/// recorded one, the others have another frequency, spreading factor, power and length.
@Suite struct SX126xReceptionSequenceTests {
    private func lines(_ text: String) -> [String] {
        text.split(separator: "\n").map { $0.filter { $0 != " " }.lowercased() }
    }

    private func sent(_ bench: SX126xBench, since first: Int, from begin: String) throws -> [String] {
        let commands = bench.reference(since: first)
        return Array(commands[try #require(commands.firstIndex(of: begin))...])
    }

    /// RX1 and RX2 of eight symbols as recorded, then others.
    @Test(arguments: [
        (868_100_000, 12, 8, "36 41 99 9A", "0C 04 01 01", "08", "20"),
        (869_525_000, 12, 8, "36 58 66 66", "0C 04 01 01", "08", "20"),
        (867_500_000, 7, 64, "36 38 00 00", "07 04 01 00", "40", "41"),
        (867_900_000, 10, 248, "36 3E 66 66", "0A 04 01 00", "F8", "F9"),
        (863_000_000, 9, 13, "35 F0 00 00", "09 04 01 00", "0E", "38"),
    ])
    func `a window is set up as recorded`(
        frequency: Int, factor: Int, symbols: Int, carrier: String, modem: String, count: String, register: String
    ) {
        let lora = Modulation.LoRa(spreadingFactor: factor, bandwidth: .khz125)
        let steps = SX126xSettings.receive(frequency: frequency, lora: lora, symbols: symbols)
        // SetPacketType stands ahead of the time-out, which it clears (LoRaMac-node 881).
        let wanted = lines(
            """
            9F 00
            8A 01
            A0 \(count)
            0D 07 06 \(register)
            86 \(carrier)
            8B \(modem)
            0889 &04 =04
            8C 00 08 00 FF 00 01
            0736 &04 =00
            0D 07 40 34 44
            08 43 FF 02 62 00 00 00 00
            8F 00 00
            """)
        #expect(steps.map(Self.words) == wanted)
    }

    private static func words(_ step: SX126xStep) -> String {
        switch step {
        case .send(let bytes): bytes.hex
        case .modify(let register, let mask, let value): "\(register.address.hex)&\([mask].hex)=\([value].hex)"
        }
    }

    @Test(arguments: [
        (869_525_000, 12, "36 58 66 66", "0C 04 01 01"), (868_300_000, 9, "36 44 CC CD", "09 04 01 00"),
    ])
    func `class C is set up as recorded`(frequency: Int, factor: Int, carrier: String, modem: String) throws {
        let bench = try SX126xBench().started()
        let first = bench.chip.commands.count
        try bench.radio.listen(
            ContinuousReception(frequency: frequency, modulation: try RadioBench.modulation(factor)),
            at: bench.world.now)
        let wanted = lines(
            """
            9F 00
            8A 01
            A0 00
            86 \(carrier)
            8B \(modem)
            1D 08 89 00 00
            0D 08 89 05
            8C 00 08 00 FF 00 01
            1D 07 36 00 00
            0D 07 36 09
            0D 07 40 34 44
            08 43 FF 02 62 00 00 00 00
            8F 00 00
            82 FF FF FF
            """)
        #expect(try sent(bench, since: first, from: "9f00") == wanted)
        #expect(bench.chip.violations == [])
    }

    /// Work-around 15.3 is for implicit headers, which LoRaWAN's downlinks have not: so it is left out.
    @Test(arguments: [17, 1, 222])
    func `a frame of any length is taken as recorded`(length: Int) throws {
        let bench = try SX126xBench().started()
        let window = try bench.window()
        bench.downlink((0..<length).map { UInt8($0) }, at: window.opensAt)
        bench.world.run(until: window.opensAt)
        _ = bench.radio.poll(at: bench.world.now)
        let first = bench.chip.commands.count
        #expect(bench.nextEvent()?.frame?.payload.count == length)
        let commands = bench.reference(since: first)
        #expect(
            commands.suffix(3) == ["13000000", "1e0000" + String(repeating: "00", count: length), "1400000000"])
        // A long one is looked at meanwhile, which takes its first flags away.
        #expect(commands.prefix(2) == ["12000000", "020016"] || length == 222)
    }

    @Test(arguments: [
        (868_800_000, 14, 23, "36 4C CC CD", "0E", "17"), (868_300_000, 10, 51, "36 44 CC CD", "0A", "33"),
        (869_525_000, 22, 255, "36 58 66 66", "16", "FF"),
    ])
    func `an FSK packet is sent as recorded, and is done at its end`(
        frequency: Int, power: Int, length: Int, carrier: String, step: String, count: String
    ) throws {
        let bench = try SX126xBench().started()
        let first = bench.chip.commands.count
        let payload = [UInt8](repeating: 7, count: length)
        try bench.radio.transmit(
            Transmission(payload: payload, frequency: frequency, modulation: .fsk, power: power), at: bench.world.now)
        let wanted = lines(
            """
            8A 00
            86 \(carrier)
            1D 08 D8 00 00
            0D 08 D8 DE
            95 04 07 00 01
            8E \(step) 02
            8B 00 50 00 0B 0B 00 66 66
            1D 08 89 00 00
            0D 08 89 05
            8C 00 28 05 18 00 01 \(count) 06 01
            0D 06 BC 1D 0F
            0D 06 BE 10 21
            0D 06 C0 C1 94 C1 00 00 00 00 00
            1D 06 B8 00 00
            0D 06 B8 11
            0D 06 B9 FF
            08 43 FF 00 01 00 00 00 00
            8F 00 00
            0E 00 \(payload.hex)
            1E 00 00 \(String(repeating: "00", count: length))
            83 00 00 00
            """)
        #expect(try sent(bench, since: first, from: "8a00") == wanted)
        #expect(bench.nextEvent()?.transmittedAt == bench.air.uplinks.last?.end && bench.chip.violations == [])
    }

    @Test(arguments: [(868_800_000, "36 4C CC CD"), (868_100_000, "36 41 99 9A")])
    func `a window in FSK is set up like the packet`(frequency: Int, carrier: String) throws {
        let bench = try SX126xBench().started()
        let first = bench.chip.commands.count
        try bench.radio.receive(
            ReceiveWindow(opensAt: bench.world.now + .seconds(1), frequency: frequency, modulation: .fsk),
            at: bench.world.now)
        let wanted = lines(
            """
            8A 00
            86 \(carrier)
            8B 00 50 00 0B 0B 00 66 66
            1D 08 89 00 00
            0D 08 89 05
            8C 00 28 05 18 00 01 FF 06 01
            0D 06 BC 1D 0F
            0D 06 BE 10 21
            0D 06 C0 C1 94 C1 00 00 00 00 00
            1D 06 B8 00 00
            0D 06 B8 11
            0D 06 B9 FF
            08 43 FF 02 62 00 00 00 00
            8F 00 00
            """)
        #expect(try sent(bench, since: first, from: "8a00") == wanted)
    }

    /// The supply's commands at a start: coil, switch, oscillator; then errors forgotten, calibrated, and the receiver.
    @Test(arguments: [
        (SX126xChip.Configuration(), true, "9601 9d01 9702000140 070000 897f"),
        (.init(oscillator: nil, switchesByDIO2: false), false, "9601 9d00 070000 897f"),
        (.init(part: .sx1261, oscillator: .mv3300, hasCoil: false), true, "9600 9d01 9707000140 070000 897f"),
    ])
    func `another board's start differs in its supply alone`(
        configuration: SX126xChip.Configuration, hasTCXO: Bool, supply: String
    ) throws {
        let bench = SX126xBench(configuration: configuration, hasTCXO: hasTCXO)
        try bench.radio.start(at: bench.world.now)
        let commands = bench.reference(since: 0)
        let first = try #require(commands.firstIndex { $0.hasPrefix("96") })
        let wanted = supply.split(separator: " ").map(String.init)
        #expect(Array(commands[first...].prefix(wanted.count)) == wanted)
        #expect(commands.contains { $0.hasPrefix("0d08d8") } == (configuration.part != .sx1261))
        #expect(bench.chip.violations == [])
    }
}
