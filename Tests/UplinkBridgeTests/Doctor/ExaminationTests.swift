import Foundation
import HardwareInterfaces
import HardwareSimulators
import LinuxHardware
import LoRaWAN
import RadioDrivers
import TestSupport
import Testing
import Timekeeping
import UplinkBridge

@testable import BridgeConfiguration
@testable import BridgeStore

private final class LoosePin: OutputPin {
    func set(_ level: PinLevel) {}
}

@Suite struct ExaminationTests {
    @Test func `where all is well each part is said to be, and nothing is sent`() throws {
        let bench = try DoctorBench()
        bench.meter.start()
        let findings = bench.examine()
        #expect(
            findings.map(\.subject) == [
                "configuration", "keys", "clock", "state", "meter main", "radio", "reset", "dio0",
            ])
        #expect(findings.allSatisfy { $0.verdict == .ok }, "\(findings)")
        #expect(findings["meter main"]?.message.contains("encrypted") == true)
        #expect(bench.air.transmissions.isEmpty && bench.chip.violations == [])
        #expect(!FileManager.default.fileExists(atPath: bench.statePath), "looking makes no file")
    }

    @Test func `a configuration that can't be read ends it, with the line`() throws {
        let bench = try DoctorBench(radio: "bord = 'x'")
        let findings = bench.examine()
        #expect(findings.count == 1 && findings.failed == ["configuration"])
        #expect(findings[0].message.contains("board"))
    }

    @Test func `keys that others can read are told, and the rest is looked at all the same`() throws {
        let bench = try DoctorBench()
        try bench.write(mode: 0o644)
        bench.meter.start()
        let findings = bench.examine()
        #expect(Set(findings.failed) == ["keys"] && findings["keys"]?.message.contains("chmod 600") == true)
        #expect(findings["radio"]?.verdict == .ok)
    }

    @Test func `what the second frame has told is not waited for any longer, and what is waited for is shown`() throws {
        let bench = try DoctorBench(meterKey: "00112233445566778899AABBCCDDEE00")
        bench.meter.start()
        let began = bench.world.clock.monotonic
        var (waits, findings): ([String], [Finding]) = ([], [])
        Examination(
            configurationPath: bench.configurationPath, devices: bench.devices(clock: bench.world.clock),
            waits: { waits.append($0) }, report: { findings.append($0) }
        ).run()
        #expect(findings["meter main"]?.verdict == .failed && findings["meter main"]?.message.contains("key") == true)
        // The simulated meter sends every ten seconds.
        #expect(bench.world.clock.monotonic - began < .seconds(22))
        #expect(waits.first == "listening to meter main, up to 25 s", "\(waits)")
    }

    @Test func `a clock that nobody has set is a warning`() throws {
        final class UnsetClock: HardwareInterfaces.Clock {
            let clock: VirtualClock
            init(_ clock: VirtualClock) { self.clock = clock }
            var monotonic: MonotonicInstant { clock.monotonic }
            var utc: UTCInstant { clock.utc }
            var isUTCTrusted: Bool { false }
            var bootIdentifier: String { clock.bootIdentifier }
        }
        let bench = try DoctorBench()
        bench.meter.start()
        let findings = bench.examine(clock: UnsetClock(bench.world.clock))
        #expect(findings["clock"]?.verdict == .warning && findings.failed.isEmpty)
    }

    // MARK: Meters

    @Test(arguments: [
        ("012", "A", "", false), ("1.2", "A", "", true), ("01.23", "A", ", resolution = 0.1", true),
        ("01.23", "A", ", resolution = 0.01", false), ("0.0123", "kA", ", resolution = 0.1", false),
        ("0.01234", "kA", ", resolution = 0.1", true), ("1230", "mA", ", resolution = 0.01", true),
    ])
    func `a report of currents that is coarser than the meter is told`(
        value: String, unit: String, resolution: String, isCoarse: Bool
    ) throws {
        let bench = try DoctorBench()
        let path = bench.folder.path("telegrams.txt")
        let text = "/ABC5x\r\n\r\n1-0:31.7.0(\(value)*\(unit))\r\n1-0:1.8.0(1*kWh)\r\n!\r\n"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        try bench.write(input: path, fields: "{ obis = \"1-0:31.7.0\"\(resolution) }")
        bench.openLine = { () throws(HardwareError) -> any SerialLine in try FileReplay(path: path) }
        let finding = try #require(bench.examine()["meter main"])
        #expect(finding.verdict == .ok, "\(finding)")
        #expect(finding.message.contains("current_l1_a in finer steps") == isCoarse, "\(finding.message)")
    }

    @Test func `pulses that are not those of a meter are told, and a file of them that can't be read`() throws {
        let bench = try DoctorBench()
        bench.meter.start()
        try bench.write(more: "[[pulse]]\nname = \"garage\"\nline = \"simulated\"\nper_unit = 1000")
        let finding = bench.examine()["meter garage"]
        #expect(finding?.verdict == .warning && finding?.message.contains("nothing is measured") == true)
    }

    @Test func `a meter that says nothing, or something else, is told apart, and why`() throws {
        let silent = try DoctorBench()
        #expect(silent.examine()["meter main"]?.message.contains("not a byte came in 25") == true)

        let garbled = try DoctorBench()
        for second in 1...4 {
            garbled.world.schedule(after: .seconds(Int64(second) * 5)) {
                try? garbled.meter.terminal.write([UInt8](repeating: 0xE5, count: 400))
            }
        }
        let finding = garbled.examine()["meter main"]
        #expect(
            finding?.verdict == .failed && finding?.message.contains("no telegram") == true, "\(finding?.message ?? "")"
        )

        let locked = try DoctorBench(meterKey: "00112233445566778899AABBCCDDEE00")
        locked.meter.start()
        let wrongKey = locked.examine()["meter main"]
        #expect(wrongKey?.verdict == .failed && wrongKey?.message.contains("key") == true)

        let absent = try DoctorBench()
        absent.openLine = { () throws(HardwareError) -> any SerialLine in try SerialPort(path: "/dev/ttyNONE7") }
        #expect(absent.examine()["meter main"]?.message.contains("no such device") == true)
    }

    // MARK: Radio

    @Test(arguments: [(UInt8(0x00), "no power"), (0xFF, "chip select")])
    func `a bus that reads one level only is explained`(level: UInt8, words: String) throws {
        let bench = try DoctorBench()
        bench.meter.start()
        bench.chip.faults.busReads = level
        let findings = bench.examine { $0.transmits = true }
        #expect(findings.failed == ["radio"] && findings["radio"]?.message.contains(words) == true)
        #expect(findings["network"]?.verdict == .notTested)
    }

    @Test func `a reset line that resets nothing and a DIO0 that never rises are found`() throws {
        let bench = try DoctorBench()
        bench.meter.start()
        bench.resetPin = LoosePin()
        bench.dio0 = SimulatedEdgePin()
        let findings = bench.examine()
        #expect(findings.failed == ["reset", "dio0"])
        #expect(findings["reset"]?.message.contains("line 17 does not reset") == true)
        #expect(findings["dio0"]?.message.contains("line 4 did not rise") == true)
    }

    @Test func `lines that are not wired are warnings`() throws {
        let bench = try DoctorBench(radio: "reset_line = -1\ndio0_line = -1")
        bench.meter.start()
        (bench.resetPin, bench.dio0) = (nil, nil)
        let findings = bench.examine()
        #expect(findings.failed.isEmpty)
        #expect(findings["reset"]?.verdict == .warning && findings["dio0"]?.verdict == .warning)
    }

    @Test func `a module tells what it is; a reset line is tried where there is one`() throws {
        let bench = try DoctorBench(radio: "type = 'rn2483'\ndevice = '/dev/ttyUSB9'")
        bench.meter.start()
        let findings = bench.examine()
        #expect(findings.failed.isEmpty && findings["radio"]?.message.contains("RN2483 1.0.5") == true, "\(findings)")
        #expect(findings["reset"]?.verdict == .warning)

        let wired = "type = 'rn2483'\ndevice = '/dev/ttyUSB9'\nreset_line = 3"
        try bench.write(radio: wired)
        bench.moduleReset = bench.module.resetPin
        #expect(bench.examine()["reset"]?.verdict == .ok)
        bench.moduleReset = LoosePin()
        #expect(bench.examine().failed == ["reset"])
    }

    @Test(arguments: ATModuleKind.all)
    func `a module with AT commands tells what it is and what it can't do, and is not reset`(kind: ATModuleKind) throws
    {
        let radio = "type = '\(kind.make.typeName)'\ndevice = '/dev/ttyUSB9'\nreset_line = 3"
        let bench = try DoctorBench(radio: radio)
        let module = ATModuleSimulator(world: bench.world, air: bench.air, speech: kind.speech)
        (bench.otherModule, bench.moduleReset) = (module, module.resetPin)
        bench.meter.start()
        let findings = bench.examine()
        #expect(findings.failed.isEmpty && findings["radio"]?.message.contains("class A alone") == true, "\(findings)")
        #expect(findings["reset"]?.verdict == .notTested && module.resets == 0)
        // No test frame beside its MAC.
        #expect(bench.examine { $0.transmits = true }["transmission"]?.message.contains("--join") == true)
        #expect(bench.air.uplinks.isEmpty)
    }

    @Test(arguments: ATModuleKind.all)
    func `a module that is set wrong, too old, or another one is told with what becomes of it`(kind: ATModuleKind)
        throws
    {
        let bench = try DoctorBench(radio: "type = '\(kind.make.typeName)'\ndevice = '/dev/ttyUSB9'")
        bench.meter.start()
        let module = ATModuleSimulator(world: bench.world, air: bench.air, speech: kind.speech)
        bench.otherModule = module
        for (name, off) in [("DC", "OFF"), ("DCS", "0")] { module.set(name, off) }
        let words = { bench.examine().filter { $0.subject == "radio" && $0.verdict == .warning }.map(\.message) }
        #expect(words().contains { $0.contains("duty cycle is off") }, "\(bench.examine())")
        kind.speech.leaveLoRaWAN(module)
        #expect(words().contains { $0.contains("peer-to-peer") }, "\(bench.examine())")
        let old: any ATSpeech =
            kind.make.typeName == "lora-e5" ? LoRaE5Speech(version: "2.1.15") : RAK3172Speech(version: "V1.0.4")
        bench.otherModule = ATModuleSimulator(world: bench.world, air: bench.air, speech: old)
        #expect(bench.examine()["radio"]?.message.contains("too old") == true)
        bench.otherModule = bench.module
        #expect(bench.examine()["radio"]?.message.contains("answers") == true)
        #expect(bench.examine().failed == ["radio"])
    }

    // MARK: The state file

    @Test func `a running service is left alone: nothing of its devices is opened, and each is named`() throws {
        let bench = try DoctorBench()
        let service = try StateStore(path: bench.statePath, devEUI: try bench.configuration().lorawan.devEUI)
        let findings = bench.examine {
            $0.transmits = true
            $0.joins = true
        }
        #expect(bench.opened.isEmpty && findings.failed.isEmpty)
        #expect(
            findings.filter { $0.verdict == .notTested }.map(\.subject) == [
                "contact", "meter main", "radio", "network",
            ])
        _ = try service.device()
    }

    @Test func `a state file that is damaged, of another device, or open to others is told and left as it is`() throws {
        let bench = try DoctorBench()
        bench.meter.start()
        do { _ = try StateStore(path: bench.statePath, devEUI: .init(rawValue: 7)) }
        #expect(bench.examine()["state"]?.message.contains("belongs to DevEUI") == true)

        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: bench.statePath)
        #expect(bench.examine()["state"]?.message.contains("chmod 600") == true)

        let damaged = try DoctorBench()
        let rubbish = Data((0..<20_000).map { UInt8(truncatingIfNeeded: $0 * 7) })
        try rubbish.write(to: URL(filePath: damaged.statePath))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: damaged.statePath)
        #expect(damaged.examine()["state"]?.verdict == .failed)
        #expect(try Data(contentsOf: URL(filePath: damaged.statePath)) == rubbish)
    }

    @Test func `a disk that is nearly full is told before it is full`() throws {
        let bench = try DoctorBench()
        bench.meter.start()
        bench.freeSpace = 3 << 20
        #expect(bench.examine()["disk"]?.message.contains("3 MB") == true)
    }

    // MARK: The network

    @Test func `a test frame is paid from the account in the state file, and refused where that is empty`() throws {
        let bench = try DoctorBench()
        bench.meter.start()
        let findings = bench.examine { $0.transmits = true }
        #expect(findings["transmission"]?.verdict == .ok, "\(findings)")
        bench.world.run(until: bench.world.now + .seconds(1))
        #expect(bench.air.uplinks.count == 1 && bench.server.uplinks.isEmpty)
        let configuration = try bench.configuration()
        let spent = try SpentAirTime(
            statePath: bench.statePath, region: configuration.lorawan.region, clock: bench.world.clock)
        #expect(spent?.lastHour.contains { $0.spent > .zero } == true)
        #expect(spent?.lastDay.map { $0 > .zero } == true)

        // The network's 30 s a day, at 1.2 s each.
        let radio = bench.makeRadio()
        var refusals = 0
        for _ in 0..<40 {
            do {
                _ = try RadioBench(configuration, radio: radio, devices: bench.devices(clock: bench.world.clock))
                    .send(.init(dataRate: .init(0)))
            } catch {
                refusals += 1
                #expect("\(error)".contains("used up") || "\(error)".contains("duty cycle"))
            }
        }
        #expect(refusals >= 14)
    }

    @Test func `a module's test frame is paid from the same account, behind what the antenna leaves`() throws {
        let bench = try DoctorBench(radio: "type = 'rn2483'\ndevice = '/dev/ttyUSB9'")
        bench.meter.start()
        let finding = bench.examine { $0.transmits = true }["transmission"]
        #expect(
            finding?.verdict == .ok && finding?.message.contains("13 dBm") == true, "\(String(describing: finding))")
        bench.world.run(until: bench.world.now + .seconds(1))
        #expect(bench.air.uplinks.count == 1 && bench.air.uplinks.first?.power == 13)
        let configuration = try bench.configuration()
        func send(_ frame: TestFrame) throws {
            let devices = bench.devices(clock: bench.world.clock)
            let module = try RN2483Bench(line: bench.module, clock: devices.clock, waiter: devices.waiter)
            _ = try ModuleRadioBench(configuration, module: module, devices: devices).send(frame)
        }
        // The network's 30 s a day, at 1.2 s each.
        var refusals = 0
        for _ in 0..<40 {
            do {
                try send(.init(dataRate: .init(0)))
            } catch {
                refusals += 1
                #expect("\(error)".contains("used up") || "\(error)".contains("duty cycle"))
            }
        }
        #expect((14...17).contains(refusals), "\(refusals)")
        let spent = try SpentAirTime(
            statePath: bench.statePath, region: configuration.lorawan.region, clock: bench.world.clock)
        let onAir = bench.air.uplinks.reduce(TimeSpan.zero) { $0 + $1.airTime }
        #expect(spent?.lastDay == onAir)
        #expect(throws: TestRefusal.frequency(868_650_000)) { try send(.init(frequency: 868_650_000)) }
        #expect(throws: TestRefusal.dataRate(.init(7))) { try send(.init(dataRate: .init(7))) }
        #expect(bench.module.violations.isEmpty && !bench.module.isPaused)
    }

    @Test func `a join is tried where there is no session, and its lack of an answer is explained`() throws {
        let bench = try DoctorBench()
        bench.meter.start()
        #expect(bench.examine { $0.joins = true }["network"]?.message.contains("joined, address") == true)
        #expect(bench.examine { $0.joins = true }["network"]?.message.contains("session already") == true)
        #expect(bench.server.joins.count == 1)

        let deaf = try DoctorBench()
        deaf.meter.start()
        deaf.gateway.isOn = false
        let finding = deaf.examine { $0.joins = true }["network"]
        #expect(finding?.verdict == .failed && finding?.message.contains("p1lora keys show") == true)
    }
}
