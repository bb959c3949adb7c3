import HardwareSimulators
import SmartMeter
import Testing
import Timekeeping

@testable import p1lora

@Suite struct WatchPageTests {
    func telegram(_ watts: [Int64]) throws -> Telegram {
        var registers = MeterRegisters()
        for (phase, watts) in watts.enumerated() { registers.phases[phase].activePower = watts }
        var reader = try TelegramReader()
        reader.append(LuxembourgTelegram().bytes(registers, at: UTCInstant(secondsSince1970: 1_781_827_200)))
        guard case .telegram(let telegram)? = reader.next() else {
            Issue.record("the simulated telegram was not read")
            throw CancellationError()
        }
        return telegram
    }

    @Test func `phases have bars in proportion, export is told from import`() throws {
        var page = WatchPage(input: "line")
        page.show(try telegram([2_000, -1_000, 0]), at: MonotonicInstant(nanoseconds: 0))
        let lines = page.lines(at: MonotonicInstant(nanoseconds: 3_000_000_000), barWidth: 20)
        let bars = lines.filter { $0.hasPrefix("  L") }
        #expect(bars.map { $0.count { $0 == "█" } } == [20, 0, 0])
        #expect(bars.map { $0.count { $0 == "░" } } == [0, 10, 0])
        #expect(bars[1].hasSuffix("export") && bars[1].contains("-1000 W"))
        #expect(lines[1].contains("1 telegrams, 0 problems") && lines[1].hasSuffix("last one 3 s ago"))
    }

    @Test func `a power that no grid carries is not drawn`() throws {
        var reader = try TelegramReader()
        reader.append(Array("/XMX5LGBBFG1\r\n\r\n1-0:21.7.0(999999999999999*kW)\r\n1-0:1.7.0(1*kW)\r\n!\r\n".utf8))
        guard case .telegram(let telegram)? = reader.next() else {
            Issue.record("the telegram was not read")
            return
        }
        var page = WatchPage(input: "line")
        page.show(telegram, at: MonotonicInstant(nanoseconds: 0))
        let lines = page.lines(at: MonotonicInstant(nanoseconds: 1), barWidth: 40)
        #expect(!lines.contains { $0.hasPrefix("  L1") })
        #expect(lines.contains { $0.hasPrefix("  net") && $0.contains("1000 W") })
    }

    @Test func `the rate is that of the newest telegrams`() throws {
        var page = WatchPage(input: "line")
        let telegram = try telegram([0, 0, 0])
        for second in 0..<100 { page.show(telegram, at: MonotonicInstant(nanoseconds: Int64(second) * 10_000_000_000)) }
        #expect(
            page.lines(at: MonotonicInstant(nanoseconds: 990_000_000_000), barWidth: 20)[1].contains("6.0 a minute"))
    }

    @Test(arguments: [(40, 10), (80, 24), (200, 100), (1, 1)])
    func `the page never grows beyond the terminal`(columns: Int, rows: Int) throws {
        var page = WatchPage(input: "/dev/serial/by-id/usb-FTDI_with_a_very_long_name-if00-port0")
        page.show(try telegram([1, 2, 3]), at: MonotonicInstant(nanoseconds: 0))
        page.show(problem: String(repeating: "long ", count: 50))
        let drawn = page.drawn(at: MonotonicInstant(nanoseconds: 1), columns: columns, rows: rows)
        let lines = drawn.split(separator: "\n").map { $0.split(separator: "\u{1B}[").first ?? "" }
        #expect(lines.count <= max(5, rows))
        #expect(lines.allSatisfy { $0.count <= max(22, columns + 1) })
    }
}
