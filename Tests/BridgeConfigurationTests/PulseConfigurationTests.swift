import HardwareInterfaces
import MeterValues
import SmartMeter
import TestSupport
import Testing
import Timekeeping
import UplinkBridge
import UplinkPayload

@testable import BridgeConfiguration
@testable import BridgePlanning

@Suite struct PulseConfigurationTests {
    static func text(_ pulse: String) -> String { TestConfiguration.minimal + "\n" + pulse }

    @Test func `meters of both kinds are numbered in the order of the file`() throws {
        let text = "[[pulse]]\nname = \"garage\"\nline = 24\nper_unit = 1000\n" + TestConfiguration.minimal
        let configuration = try BridgeConfiguration(
            text: text + "\n[[pulse]]\nname = \"barn\"\nline = 25\nper_unit = 1000\nalarms = { import_kw = 3 }")
        #expect(configuration.meterNames == ["garage", "main", "barn"])
        #expect(configuration.meters.map(\.number) == [1])
        #expect(configuration.pulses.map(\.number) == [0, 2])
        #expect(configuration.schema.meters == ["garage", "main", "barn"])
        #expect(configuration.settings.limits == [[:], [.silence: 5], [.importPower: 300]])
    }

    @Test func `a pulse input has sane defaults`() throws {
        let configuration = try BridgeConfiguration(
            text: Self.text("[[pulse]]\nname = \"garage\"\nline = 24\nper_unit = 1000\nstart = 123.4"))
        #expect(configuration.meterNames == ["main", "garage"])
        #expect(configuration.reports[0].meters == [0, 1])
        let pulse = try #require(configuration.pulses.first)
        #expect(pulse.source == .pin(GPIOAddress(chip: GPIOAddress.header, line: 24)))
        #expect(pulse.isActiveLow)
        #expect(pulse.pull == .up)
        #expect(pulse.saveEvery == .zero)
        #expect(pulse.input.code == OBISCode(1, 0, 1, 8, 0))
        #expect(pulse.input.powerCode == OBISCode(1, 0, 1, 7, 0))
        #expect(pulse.input.debounce == .milliseconds(20))
        #expect(pulse.input.start == Quantity(coefficient: 123_400, decimals: 3, unit: .kilowattHour))
    }

    @Test func `a gas meter's pulses are cubic metres of the first M-Bus channel unless said otherwise`() throws {
        let configuration = try BridgeConfiguration(
            text: Self.text("[[pulse]]\nline = 24\nper_unit = 100\nunit = \"m3\"\nactive = \"high\""))
        let pulse = try #require(configuration.pulses.first)
        #expect(pulse.input.code == OBISCode(0, 1, 24, 2, 1))
        #expect(pulse.input.powerCode == nil)
        #expect(pulse.pull == .down)
    }

    @Test func `pulses of an export meter are power that is fed in`() throws {
        let configuration = try BridgeConfiguration(
            text: Self.text("[[pulse]]\nline = 24\nper_unit = 100\nobis = \"1-0:2.8.0\""))
        #expect(configuration.pulses.first?.input.powerCode == OBISCode(1, 0, 2, 7, 0))
    }

    @Test func `pulses may be simulated or come from a file, with all other options as they are`() throws {
        let rest = "per_unit = 1000\ngpio_chip = \"gpiochip4\"\nactive = \"high\"\npull = \"none\"\ndebounce = \"1ms\""
        let configuration = try BridgeConfiguration(
            text: Self.text(
                "[[pulse]]\nname = \"a\"\nline = \"simulated\"\n\(rest)\n[[pulse]]\nname = \"b\"\n"
                    + "line = \"simulated\"\n\(rest)\n[[pulse]]\nname = \"c\"\nline = \"pulses.txt\"\n\(rest)"))
        #expect(configuration.pulses.map(\.source) == [.simulated, .simulated, .recording("pulses.txt")])
        #expect(
            configuration.pulses.allSatisfy {
                $0.source.pin == nil && $0.source.warning?.contains("nothing is measured") == true
            })
    }

    @Test func `a bridge may have pulse inputs only`() throws {
        let text = Self.text("[[pulse]]\nname = \"garage\"\nline = 24\nper_unit = 1000")
            .replacing("[[meter]]\ninput = \"/dev/ttyUSB0\"\n", with: "")
        #expect(try BridgeConfiguration(text: text).meterNames == ["garage"])
    }

    @Test(arguments: [
        ("line = 24", "per_unit: is missing"),
        ("per_unit = 1000", "line: is missing"),
        ("line = 24\nper_unit = 0", "from 1 to 1000000"),
        ("line = 24\nper_unit = 1000\nunit = \"GJ\"", "\"kWh\" or \"m3\""),
        ("line = 24\nper_unit = 1000\nstart = -1", "0 or more"),
        ("line = 24\nper_unit = 1000\nstart = 1e18", "too large"),
        ("line = 24\nper_unit = 1000\ndebounce = \"20\"", "is no time span"),
        ("line = 24\nper_unit = 1000\ndebounce = \"1h\"", "debounce: must be at most 1s"),
        ("line = 24\nper_unit = 1000\npull = \"sideways\"", "\"up\""),
        ("line = 24\nper_unit = 1000\nobis = \"gas\"", "is no OBIS code"),
        ("line = 24\nper_unit = 1000\nname = \"main\"", "two meters are called"),
        ("line = 17\nper_unit = 1000", "is used by the radio"),
        ("line = \"24\"\nper_unit = 1000", "without quotes, \"simulated\", or a file"),
        ("line = \"\"\nper_unit = 1000", "is empty"),
        ("line = 512\nper_unit = 1000", "from 0 to 511"),
        ("line = 24\nper_unit = 1\n[[pulse]]\nname = \"b\"\nline = 24\nper_unit = 1", "is used by pulse"),
    ])
    func `a mistake in a pulse input is told`(pulse: String, hint: String) {
        do {
            _ = try BridgeConfiguration(text: Self.text("[[pulse]]\n" + pulse))
            Issue.record("accepted: \(pulse)")
        } catch {
            #expect(error.description.contains(hint), "\(error)")
        }
    }

    @Test func `a name that comes twice is told at its second line`() {
        let text = "[[meter]]\nname = \"a\"\ninput = \"x\"\n[[pulse]]\nline = 24\nper_unit = 1\nname = \"a\"\n"
        let error = #expect(throws: ConfigurationError.self) {
            try BridgeConfiguration(
                text: text + Self.text("").replacing("[[meter]]\ninput = \"/dev/ttyUSB0\"\n", with: ""))
        }
        #expect(error?.description == "line 7: [[pulse]] 1 name: two meters are called \"a\"")
    }

    @Test func `the meter that is meant can be named by its system title`() throws {
        let text = TestConfiguration.minimal.replacing(
            "input = \"/dev/ttyUSB0\"",
            with:
                "input = \"x\"\nsystem_title = \"53 41 47 67 70 05 0E 9D\"\nkey = \"00112233445566778899AABBCCDDEEFF\"")
        for title in ["53 41 47 67 70 05 0E 9D", "5341476770050E9D"] {
            let configuration = try BridgeConfiguration(
                text: text.replacing("53 41 47 67 70 05 0E 9D", with: title))
            #expect(configuration.meters[0].meterKeys?.systemTitle?.description == "SAG1030700331421")
        }
    }
}
