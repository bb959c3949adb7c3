import MeterValues
import SmartMeter
import Testing
import Timekeeping

@testable import UplinkBridge

/// Fields that ask for statistics, and what is computed because of them.
@Suite struct StatisticsReportTests {
    private func computing(_ reports: String) throws -> TimeSpan? {
        let text = ConfigurationTests.minimal + "\n" + reports
        return try BridgeConfiguration(text: text).computing(ofMeter: 0).statistics
    }

    @Test(arguments: [
        ("15m", 15), ("10m", 10), ("1h", 60), ("20s", 1), ("7m", 10), ("5h", 360), ("1d", 1_440), ("7d", 1_440),
    ])
    func `an interval is as long as the report that asks comes, so that none is left out`(every: String, minutes: Int64)
        throws
    {
        for field in ["voltage_l1_max_v", "1-128:32.6.0", "net_mean_kw", "current_l2_min_a"] {
            let report = "[[report]]\nkind = \"readings\"\nevery = \"\(every)\"\nfields = [\"\(field)\"]\n"
            #expect(try computing(report) == .minutes(minutes), "\(field)")
        }
    }

    @Test func `the slowest of several reports sets it, and without one nothing is computed`() throws {
        let fast = "[[report]]\nkind = \"readings\"\nevery = \"15m\"\nfields = [\"import_max_kw\"]\n"
        let slow = "[[report]]\nkind = \"readings\"\nevery = \"1h\"\nfields = [\"voltage_l1_max_v\"]\n"
        #expect(try computing(fast + slow) == .hours(1))
        #expect(try computing("[[report]]\nkind = \"readings\"\nfields = [\"import_today_kwh\"]\n") == nil)
    }

    @Test func `other classes of reference power are those of the meter, from 1 to 255 kW`() throws {
        func configuration(_ list: String) throws -> BridgeConfiguration {
            try BridgeConfiguration(
                text: ConfigurationTests.minimal.replacing(
                    "[lorawan]", with: "reference_power = \(list)\n[lorawan]"))
        }
        #expect(try configuration("[17, 27]").computing(ofMeter: 0).referenceClasses == [17, 27])
        for list in ["[0]", "[256]", "[-1]"] {
            #expect(throws: ConfigurationError.self) { try configuration(list) }
        }
    }
}
