import HardwareInterfaces
import HardwareSimulators
import RadioDrivers
import Testing
import Timekeeping
import UplinkBridge

private final class SilentPin: EdgePin {
    var pollDescriptor: Int32? { nil }
    func nextEdge() -> PinEdge? { nil }
}

/// What doctor says of a board with an SX126x that is not wired, or not made, as the configuration has it.
@Suite struct SX126xExaminationTests {
    struct Mistake: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let subject: String
        let words: String
        var hasTCXO = true
        var identity = "SX1261 V2D 2D02"
        var configuration = SX126xChip.Configuration()
        var hasDIO1 = true
        var faults: @Sendable (inout SX126xSimulator.Faults) -> Void = { _ in }
    }

    static let mistakes = [
        Mistake(
            testDescription: "a TCXO without a voltage", subject: "radio", words: "set tcxo = 1.8",
            configuration: .init(oscillator: nil)),
        Mistake(
            testDescription: "a voltage without a TCXO", subject: "radio", words: "remove tcxo", hasTCXO: false),
        Mistake(
            testDescription: "an SX1268 as SX1262", subject: "radio", words: "correct part", identity: "SX1268 V2F 2F02"
        ),
        Mistake(
            testDescription: "an SX1262 as SX1268", subject: "radio", words: "correct part",
            configuration: .init(part: .sx1268)),
        Mistake(
            testDescription: "an LLCC68 as SX1262", subject: "radio", words: "correct part", identity: "LLCC68 V2D 2D02"
        ),
        Mistake(
            testDescription: "BUSY at another line", subject: "radio", words: "busy_line",
            faults: { $0.hidesBusy = true }),
        Mistake(
            testDescription: "BUSY at a line that is high", subject: "radio", words: "busy_line",
            faults: { ($0.isStuckBusy, $0.ignoresReset) = (true, true) }),
        Mistake(
            testDescription: "DIO1 at another line", subject: "dio1", words: "dio1_line", hasDIO1: false),
        Mistake(
            testDescription: "NRST at another line", subject: "reset", words: "reset_line",
            faults: { $0.ignoresReset = true }),
        Mistake(
            testDescription: "a UART modem", subject: "radio", words: "UART modem", faults: { $0.busReads = 0xFF }),
        Mistake(testDescription: "no power", subject: "radio", words: "3.3 V", faults: { $0.busReads = 0x00 }),
    ]

    private func bench(_ mistake: Mistake?) throws -> DoctorBench {
        let bench = try DoctorBench(radio: "type = 'sx126x'")
        bench.meter.start()
        let chip = SX126xSimulator(
            world: bench.world, air: bench.air, identity: mistake?.identity ?? "SX1261 V2D 2D02",
            hasTCXO: mistake?.hasTCXO ?? true)
        mistake?.faults(&chip.faults)
        bench.otherRadio = SX126x(
            bus: chip,
            wiring: .init(
                busy: chip.busyPin, reset: chip.resetPin, dio1: mistake?.hasDIO1 == false ? SilentPin() : chip.dio1),
            configuration: mistake?.configuration ?? .init(),
            pause: { [world = bench.world] in world.run(until: world.now + $0) })
        return bench
    }

    @Test(arguments: mistakes)
    func `what is wired or named wrong fails, with what to do`(mistake: Mistake) throws {
        let findings = try bench(mistake).examine()
        let finding = findings.first { $0.subject == mistake.subject && $0.verdict == .failed }
        #expect(finding?.message.contains(mistake.words) == true, "\(findings)")
    }

    @Test func `a board as it is configured is well, and which part it is the owner is asked to look at`() throws {
        let bench = try bench(nil)
        let findings = bench.examine()
        #expect(findings.failed.isEmpty, "\(findings)")
        #expect(findings["radio"]?.message.contains("an SX1261 answers alike") == true, "\(findings)")
        #expect(findings["dio1"]?.verdict == .ok && bench.air.uplinks.isEmpty)
    }
}
