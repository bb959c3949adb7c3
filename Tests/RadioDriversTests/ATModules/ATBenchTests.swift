import Ciphers
import HardwareInterfaces
import HardwareSimulators
import LoRaWAN
import RadioDrivers
import Testing
import Timekeeping

/// A serial port behind which somebody says this to whatever he is told; nobody, where it is nil.
private final class OtherDevice: BreakableLine {
    private let answer: String?
    private var waiting: [UInt8] = []

    init(answer: String?) { self.answer = answer }

    var pollDescriptor: Int32? { nil }
    func setBreak(_ isOn: Bool) {}
    func write(_ bytes: [UInt8]) { waiting += Array((answer ?? "").utf8) }

    func read(into buffer: inout [UInt8], limit: Int) -> ReadOutcome {
        guard !waiting.isEmpty else { return .nothingYet }
        let count = min(limit, waiting.count)
        buffer += waiting.prefix(count)
        waiting.removeFirst(count)
        return .bytes(count)
    }
}

/// Bench work with a module with AT commands.
@Suite struct ATBenchTests {
    @Test(arguments: ATKind.all)
    func `what is set is told, no key is, nothing is changed, and the session goes on`(kind: ATKind) throws {
        let service = try ATModuleBench(kind)
        try service.join()
        _ = try service.send()
        let saves = service.module.saves
        let first = service.module.commands.count
        var bench = try kind.make.makeBench(
            line: service.module, clock: service.world.clock, waiter: service.world)
        let settings = try bench.settings(of: .eu868)
        let text = settings.map { "\($0.name): \($0.value)" }.joined(separator: "\n")
        #expect(text.contains("VER") && text.contains("4."), "\(text)")
        // In the one module's words with colons between the bytes.
        let digits = text.uppercased().filter(\.isHexDigit)
        #expect(digits.contains(String(DriverBench.devEUI, radix: 16, uppercase: true)), "\(text)")
        let key = try DriverBench.key().bytes.map { String($0, radix: 16, uppercase: true) }.joined()
        #expect(!digits.contains(key), "\(text)")
        #expect(settings.count >= 8 && settings.allSatisfy { !$0.value.hasSuffix("ERROR") }, "\(text)")
        #expect(service.module.saves == saves)
        let asked = service.module.commands.dropFirst(first)
        #expect(
            asked.allSatisfy { !$0.uppercased().contains("KEY") && !$0.contains("RESET") && $0 != "ATZ" }, "\(asked)")
        try service.restartBridge()
        service.run(for: .minutes(1)) { service.radio.isReady }
        #expect(try service.send() == .sent)
        #expect(service.server.joins.count == 1)
    }

    @Test(arguments: ATKind.all)
    func `without its MAC nothing is sent or heard, and what does it instead is said`(kind: ATKind) throws {
        let service = try ATModuleBench(kind)
        var bench = try kind.make.makeBench(
            line: service.module, clock: service.world.clock, waiter: service.world)
        let lora = Modulation.LoRa(spreadingFactor: 9, bandwidth: .khz125)
        let frame = Transmission(payload: [1], frequency: 868_100_000, modulation: .lora(lora), power: 14)
        let refusals = [
            #expect(throws: RadioError.self) { _ = try bench.transmit(frame) },
            #expect(throws: RadioError.self) {
                try bench.receive(frequency: 868_100_000, modulation: lora, uplinks: false, for: .seconds(1)) { _ in }
            },
        ]
        #expect(refusals.allSatisfy { $0?.message.contains("doctor --join") == true })
        #expect(service.air.uplinks.isEmpty)
    }

    @Test(arguments: ATKind.all)
    func `a port at which nobody answers, or a UART modem of another kind, is refused with what to look at`(
        kind: ATKind
    )
        throws
    {
        let world = SimulatedWorld(startingAt: UTCInstant(secondsSince1970: 1_795_000_000))
        // An E22's answer to what is no command of its own; and noise.
        for (answer, words) in [
            (nil, "board for SPI"), ("\u{FF}\u{FF}\u{FF}\r\n", "not as a"), ("=FF 00\r\n", "not as a"),
        ] {
            let line = OtherDevice(answer: answer)
            let error = #expect(throws: RadioError.self) {
                _ = try kind.make.makeBench(line: line, clock: world.clock, waiter: world)
            }
            #expect(error?.message.contains(words) == true, "\(String(describing: error))")
            var probe = kind.make.makeProbe(line: line, clock: world.clock, waiter: world)
            let told = #expect(throws: RadioError.self) { _ = try probe.ask() }
            #expect(told?.message.contains(words) == true, "\(String(describing: told))")
        }
    }
}
