import HardwareInterfaces
import HardwareSimulators
import SmartMeter
import Testing
import Timekeeping

@testable import UplinkBridge

/// `baud = "auto"`: the settings of a line are found by what comes.
@Suite struct SettingsSearchTests {
    /// A line that says something sensible with one setting only.
    private final class OneSettingLine: SerialLine {
        private var bytes: [UInt8]
        init(_ bytes: [UInt8]) { self.bytes = bytes }
        var pollDescriptor: Int32? { 0 }

        func read(into buffer: inout [UInt8], limit: Int) throws(HardwareError) -> ReadOutcome {
            guard !bytes.isEmpty else { return .nothingYet }
            let taken = bytes.prefix(limit)
            buffer.append(contentsOf: taken)
            bytes.removeFirst(taken.count)
            return .bytes(taken.count)
        }

        func write(_ bytes: [UInt8]) throws(HardwareError) {}
    }

    private static let telegram = [UInt8]("/ISK5x\r\n\r\n1-0:1.8.0(1*kWh)\r\n!\r\n".utf8)
    private static let push = PushLine.wiredMBus(
        PushLine.notification(
            [.register([1, 0, 1, 8, 0, 255], 5, scaler: 0, unit: 30)], at: UTCInstant(secondsSince1970: 1_790_000_000)))

    @Test(arguments: SettingsSearch.candidates)
    func `each setting is found, and what wrong ones bring is not told`(right: SerialSettings) {
        for message in [Self.telegram, Self.push] {
            var now = MonotonicInstant(nanoseconds: 0)
            let search = SettingsSearch()
            let noise = [UInt8](repeating: 0x55, count: 500)
            let input = MeterInput(number: 0, device: "x", keys: nil, search: search, at: now) {
                () throws(HardwareError) -> any SerialLine in
                OneSettingLine(search.current == right ? message : noise)
            }
            var found: [SerialSettings] = []
            var telegrams = 0
            for _ in 0..<100 where telegrams == 0 {
                for event in input.poll(at: now) {
                    switch event {
                    case .settingsFound(let settings): found.append(settings)
                    case .telegram: telegrams += 1
                    case .problem(let problem): Issue.record("\(problem)")
                    default: break
                    }
                }
                now = max(now + .milliseconds(1), input.nextDeadline ?? now + .seconds(1))
            }
            #expect(found == [right] && telegrams == 1)
            #expect(now - MonotonicInstant(nanoseconds: 0) <= SettingsSearch.round + .seconds(1))
            #expect(search.isFound && search.current == right)
        }
    }
}
