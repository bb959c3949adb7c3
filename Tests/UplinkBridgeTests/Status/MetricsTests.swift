import Foundation
import SmartMeter
import TestSupport
import Testing
import Timekeeping

@testable import UplinkBridge

@Suite struct MetricsTests {
    static let time = UTCInstant(nanoseconds: 1_781_827_200_250_000_000)

    @Test func `the page is what the format allows, whatever a meter is called`() throws {
        let names = ["main", "a\\b", "c\"d", "Zähler {1}", "back\\nslash", "x,y=\"z\""]
        let tables = names.map { "[[meter]]\ninput = \"/dev/null\"\nname = '\($0)'" }.joined(separator: "\n")
        let bench = try UplinkBench.noting(
            TestConfiguration.minimal.replacing("[[meter]]\ninput = \"/dev/ttyUSB0\"", with: tables))
        bench.post()
        bench.run(for: .minutes(10))
        let status = bench.status()
        let page = try ExpositionParser(String(decoding: status.metrics(at: Self.time), as: UTF8.self))
        for name in names { #expect(page.value("p1lora_meter_telegrams_total", ["meter": name]) == 0) }
        #expect(page.value("p1lora_joined") == 1)
        #expect(page.value("p1lora_uplinks_total", ["result": "sent"]).map { $0 >= 1 } == true)
        #expect(page.value("p1lora_build_info", ["version": BridgeVersion.text]) == 1)
        #expect(page.value("p1lora_start_time_seconds") == 1_781_827_200.25 - status.uptimeSeconds)
    }

    @Test func `registers are exact, in base units`() throws {
        let bench = try UplinkBench.noting()
        bench.post()
        bench.run(for: .minutes(1))
        let text = String(decoding: bench.status().metrics(at: Self.time), as: UTF8.self)
        // 25.653 kWh, 0.842 kW
        #expect(text.contains("p1lora_meter_energy_joules_total{meter=\"main\",obis=\"1-0:1.8.0\"} 92350800\n"))
        #expect(text.contains("p1lora_meter_power_watts{meter=\"main\",obis=\"1-0:1.7.0\"} 842\n"))
    }

    @Test(arguments: [
        ("1-0:1.8.0", "999999999.999", "kWh", "meter_energy_joules_total", "3599999999996400"),
        ("1-0:3.8.0", "0.001", "kvarh", "meter_reactive_energy_var_seconds_total", "3600"),
        ("1-0:32.7.0", "231.4", "V", "meter_voltage_volts", "231.4"),
        ("0-1:24.2.1", "12.345", "m3", "meter_volume_cubic_meters_total", "12.345"),
        ("0-4:24.2.1", "1.5", "GJ", "meter_heat_joules_total", "1500000000"),
    ])
    func `a register becomes a metric of its kind`(
        obis: String, value: String, unit: String, family: String, expected: String
    ) {
        let register = BridgeStatus.RegisterStatus(obis: obis, name: nil, value: value, unit: unit)
        let found = RegisterFamily.all.compactMap { family in family.value(of: register).map { (family.name, $0) } }
        #expect(found.map(\.0) == [family])
        #expect(found.map(\.1) == [expected])
    }

    @Test(arguments: [
        // Of an earlier billing period, no counter, no unit, too large.
        ("1-0:1.8.0*1", "1.0", "kWh"), ("1-0:1.29.0", "1.0", "kWh"), ("0-0:96.14.0", "2", ""),
        ("1-0:1.8.0", "9999999999999999", "kWh"),
    ])
    func `what fits no family is left out`(obis: String, value: String, unit: String) {
        let register = BridgeStatus.RegisterStatus(obis: obis, name: nil, value: value, unit: unit)
        #expect(RegisterFamily.all.allSatisfy { $0.value(of: register) == nil })
    }

    /// Prometheus's own judge of the format and the names, where Debian's package is installed.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/promtool")))
    func `promtool has nothing to say against it`() throws {
        let bench = try UplinkBench.noting()
        bench.post()
        bench.run(for: .minutes(10))
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/promtool")
        process.arguments = ["check", "metrics"]
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput, process.standardError) = (input, output, output)
        try process.run()
        input.fileHandleForWriting.write(Data(bench.status().metrics(at: Self.time)))
        try input.fileHandleForWriting.close()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0 && said.isEmpty, "\(said)")
    }
}
